package dev.weft.engine.worker;

import dev.weft.api.connector.Committer;
import dev.weft.api.connector.CommitterContext;
import dev.weft.api.connector.CommittingSinkWriter;
import dev.weft.api.connector.SimpleVersionedSerializer;
import dev.weft.api.connector.SinkWriterContext;
import dev.weft.api.connector.TransactionalSink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A sink whose committables are the records themselves, as lines. */
record TextSink() implements TransactionalSink<Object, String> {
  @Override
  public CommittingSinkWriter<Object, String> createWriter(SinkWriterContext context) {
    return new Writer();
  }

  @Override
  public Committer<String> createCommitter(CommitterContext context) {
    throw new UnsupportedOperationException("the test commits");
  }

  @Override
  public SimpleVersionedSerializer<String> getCommittableSerializer() {
    return new TextSerializer();
  }

  @Override
  public boolean blocking() {
    return false;
  }

  /** Gathers lines. */
  private static final class Writer implements CommittingSinkWriter<Object, String> {
    private final List<String> lines = new ArrayList<>();

    @Override
    public void write(Object record, long timestamp) {
      lines.add(String.valueOf(record));
    }

    @Override
    public void flush(boolean endOfInput) {}

    @Override
    public List<String> prepareCommit(long checkpointId) {
      List<String> staged = lines.isEmpty() ? List.of() : List.of(String.join("\n", lines));
      lines.clear();
      return staged;
    }

    @Override
    public void close() {}
  }

  /** UTF-8. */
  private static final class TextSerializer implements SimpleVersionedSerializer<String> {
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
  }
}
