package dev.weft.api.savepoint;

import dev.weft.api.connector.Committable;
import dev.weft.api.connector.Committer;
import dev.weft.api.connector.CommitterContext;
import dev.weft.api.connector.CommittingSinkWriter;
import dev.weft.api.connector.SimpleVersionedSerializer;
import dev.weft.api.connector.SinkWriterContext;
import dev.weft.api.connector.TransactionalSink;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStatus;
import dev.weft.api.fs.FileStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Stages the manifest of a savepoint and gives it its name at the end of the job. */
final class SavepointSink implements TransactionalSink<byte[], String> {
  private static final long serialVersionUID = 1;
  private static final String MANIFEST = "_metadata";

  private final String directory;

  SavepointSink(String directory) {
    this.directory = directory;
  }

  /** How the names of manifests begin that are not published yet. */
  private String stagedPrefix(String jobId) {
    return MANIFEST + "." + jobId + "-";
  }

  @Override
  public CommittingSinkWriter<byte[], String> createWriter(SinkWriterContext context) {
    return new Writer(
        context.files(), directory + "/" + stagedPrefix(context.jobId()) + context.attempt());
  }

  /** Writes one file. */
  private static final class Writer implements CommittingSinkWriter<byte[], String> {
    private final FileStore files;
    private final String path;
    private final List<String> staged = new ArrayList<>();

    Writer(FileStore files, String path) {
      this.files = files;
      this.path = path;
    }

    @Override
    public void write(byte[] manifest, long timestamp) throws IOException {
      FileOutput out = files.create(path);
      boolean written = false;
      try {
        out.write(manifest);
        written = true;
      } finally {
        if (!written) {
          out.abort();
        }
      }
      out.close();
      staged.add(path);
    }

    @Override
    public void flush(boolean endOfInput) {
      // every record is a file of its own
    }

    @Override
    public List<String> prepareCommit(long checkpointId) {
      List<String> named = List.copyOf(staged);
      staged.clear();
      return named;
    }

    @Override
    public void close() {
      // nothing is open between records
    }
  }

  @Override
  public Committer<String> createCommitter(CommitterContext context) {
    return new Publisher(context.files(), context.jobId());
  }

  /** Renames the file. */
  private final class Publisher implements Committer<String> {
    private final FileStore files;
    private final String jobId;

    Publisher(FileStore files, String jobId) {
      this.files = files;
      this.jobId = jobId;
    }

    @Override
    public void commit(List<Committable<String>> committables) throws IOException {
      String target = directory + "/" + MANIFEST;
      for (Committable<String> committable : committables) {
        String staged = committable.value();
        boolean there = files.status(target).isPresent();
        if (!there) {
          files.rename(staged, target);
        } else if (files.status(staged).isPresent()) {
          if (!Arrays.equals(read(staged), read(target))) {
            throw new WeftException(
                ErrorCode.USER,
                "The savepoint "
                    + directory
                    + " was written by somebody else meanwhile; write to another directory");
          }
          files.delete(staged);
        }
      }
    }

    private byte[] read(String path) throws IOException {
      try (FileInput in = files.open(path)) {
        return in.readAllBytes();
      }
    }

    /** Removes what a job that did not succeed has left. */
    @Override
    public void finish(boolean succeeded) throws IOException {
      if (succeeded || files.status(directory).isEmpty()) {
        return;
      }
      boolean empty = true;
      for (FileStatus file : files.list(directory)) {
        boolean own =
            file.name().startsWith(jobId + "-") || file.name().startsWith(stagedPrefix(jobId));
        if (own) {
          files.delete(file.path());
        } else {
          empty = false;
        }
      }
      if (empty) {
        files.delete(directory);
      }
    }

    @Override
    public void close() {
      // the application's files are not ours to close
    }
  }

  @Override
  public SimpleVersionedSerializer<String> getCommittableSerializer() {
    return new PathSerializer();
  }

  /** Paths as text. */
  private static final class PathSerializer implements SimpleVersionedSerializer<String> {
    private static final long serialVersionUID = 1;

    @Override
    public int getVersion() {
      return 1;
    }

    @Override
    public byte[] serialize(String path) {
      return path.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String deserialize(int version, byte[] serialized) throws IOException {
      if (version != 1) {
        throw new IOException("staged savepoints of version " + version + " are not known");
      }
      return new String(serialized, StandardCharsets.UTF_8);
    }
  }
}
