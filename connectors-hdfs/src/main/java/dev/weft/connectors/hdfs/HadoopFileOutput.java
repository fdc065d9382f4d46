package dev.weft.connectors.hdfs;

import dev.weft.api.fs.FileOutput;
import java.io.IOException;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file of a Hadoop file system that is being written. */
final class HadoopFileOutput extends FileOutput {
  private static final Logger LOG = LoggerFactory.getLogger(HadoopFileOutput.class);

  private final String path;
  private final FSDataOutputStream stream;
  private final Deletion deletion;
  private boolean ended;

  HadoopFileOutput(String path, FSDataOutputStream stream, Deletion deletion) {
    this.path = path;
    this.stream = stream;
    this.deletion = deletion;
  }

  @Override
  public long position() {
    return stream.getPos();
  }

  @Override
  public void write(int value) throws IOException {
    try {
      stream.write(value);
    } catch (IOException e) {
      throw HadoopExceptions.translate(e, path);
    }
  }

  @Override
  public void write(byte[] source, int start, int count) throws IOException {
    try {
      stream.write(source, start, count);
    } catch (IOException e) {
      throw HadoopExceptions.translate(e, path);
    }
  }

  @Override
  public void flush() throws IOException {
    stream.flush();
  }

  @Override
  public void close() throws IOException {
    if (ended) {
      return;
    }
    try {
      stream.hsync();
      stream.close();
      ended = true;
    } catch (IOException e) {
      throw HadoopExceptions.translate(e, path);
    }
  }

  @Override
  public void abort() {
    if (ended) {
      return;
    }
    ended = true;
    // Deleting first keeps a half-written file from ever being seen as a whole one.
    try {
      deletion.delete();
    } catch (IOException e) {
      LOG.warn("Could not delete the unfinished file {}: {}", path, e.toString());
    }
    try {
      stream.close();
    } catch (IOException e) {
      LOG.debug("Closing the deleted file {} failed, as expected: {}", path, e.toString());
    }
  }

  /** Deletes the file that is being written. */
  @FunctionalInterface
  interface Deletion {
    void delete() throws IOException;
  }
}
