package dev.weft.connectors.hdfs;

import dev.weft.api.fs.FileInput;
import java.io.IOException;
import org.apache.hadoop.fs.FSDataInputStream;

/** An open file of a Hadoop file system. */
final class HadoopFileInput extends FileInput {
  private final String path;
  private final FSDataInputStream stream;
  private final long length;

  HadoopFileInput(String path, FSDataInputStream stream, long length) {
    this.path = path;
    this.stream = stream;
    this.length = length;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public long position() throws IOException {
    return stream.getPos();
  }

  @Override
  public void seek(long offset) throws IOException {
    if (offset < 0 || offset > length) {
      throw new java.io.EOFException(
          "no offset " + offset + " in " + path + " of " + length + " bytes");
    }
    stream.seek(offset);
  }

  @Override
  public int read() throws IOException {
    try {
      return stream.read();
    } catch (IOException e) {
      throw HadoopExceptions.translate(e, path);
    }
  }

  @Override
  public int read(byte[] target, int start, int count) throws IOException {
    try {
      return stream.read(target, start, count);
    } catch (IOException e) {
      throw HadoopExceptions.translate(e, path);
    }
  }

  @Override
  public int available() throws IOException {
    return (int) Math.min(Integer.MAX_VALUE, length - stream.getPos());
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
