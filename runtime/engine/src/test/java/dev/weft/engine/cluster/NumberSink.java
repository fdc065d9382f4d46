package dev.weft.engine.cluster;

import dev.weft.api.connector.Committable;
import dev.weft.api.connector.Committer;
import dev.weft.api.connector.CommitterContext;
import dev.weft.api.connector.CommittingSinkWriter;
import dev.weft.api.connector.SimpleVersionedSerializer;
import dev.weft.api.connector.SinkWriterContext;
import dev.weft.api.connector.TransactionalSink;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A sink whose committables carry their content, a list of numbers, and whose commits make files in
 * {@code /out}. Files in {@code /broken} make its commits, or what it does at the end, fail.
 */
record NumberSink(int vertex) implements TransactionalSink<Integer, String> {
  static final String OUT = "/out";
  static final String FAILS = "/broken/fails";
  static final String IMPOSSIBLE = "/broken/impossible";
  static final String UNCLEAN = "/broken/unclean";

  /** How many committers are open. */
  static final AtomicInteger OPEN = new AtomicInteger();

  @Override
  public CommittingSinkWriter<Integer, String> createWriter(SinkWriterContext context) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Committer<String> createCommitter(CommitterContext context) {
    OPEN.incrementAndGet();
    return new NumberCommitter(context.files(), vertex);
  }

  @Override
  public SimpleVersionedSerializer<String> getCommittableSerializer() {
    return new SimpleVersionedSerializer<>() {
      @Override
      public int getVersion() {
        return 1;
      }

      @Override
      public byte[] serialize(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
      }

      @Override
      public String deserialize(int version, byte[] serialized) {
        return new String(serialized, StandardCharsets.UTF_8);
      }
    };
  }

  private record NumberCommitter(FileStore files, int vertex) implements Committer<String> {
    @Override
    public void commit(List<Committable<String>> committables) throws IOException {
      if (files.status(IMPOSSIBLE).isPresent()) {
        throw new WeftException(ErrorCode.DATA, "the target is taken by somebody else");
      }
      if (files.status(FAILS).isPresent()) {
        throw new IOException("the target is away");
      }
      files.createDirectories(OUT);
      for (Committable<String> c : committables) {
        String name = c.checkpointId() + "-" + c.subtask() + "-" + c.attempt() + "-" + vertex;
        byte[] content = c.value().getBytes(StandardCharsets.UTF_8);
        publish(OUT + "/" + name, content);
      }
    }

    private void publish(String path, byte[] content) throws IOException {
      if (files.status(path).isPresent()) {
        return;
      }
      String staged = path.replace(OUT + "/", OUT + "/.");
      files.delete(staged);
      try (var out = files.create(staged)) {
        out.write(content);
      }
      try {
        files.rename(staged, path);
      } catch (FileAlreadyExistsException e) {
        files.delete(staged);
      }
    }

    @Override
    public void finish(boolean succeeded) throws IOException {
      if (files.status(UNCLEAN).isPresent()) {
        throw new IOException("what was staged can not be removed");
      }
      files.createDirectories(OUT);
      files.delete(OUT + "/_finished_" + succeeded + vertex);
      files.create(OUT + "/_finished_" + succeeded + vertex).close();
    }

    @Override
    public void close() {
      OPEN.decrementAndGet();
    }
  }
}
