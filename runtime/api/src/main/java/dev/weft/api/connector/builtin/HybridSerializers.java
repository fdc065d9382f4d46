package dev.weft.api.connector.builtin;

import dev.weft.api.connector.SimpleVersionedSerializer;
import dev.weft.api.connector.SourceSplit;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/** The number of a source, the version of its serializer, and what that one wrote. */
final class HybridSerializers {
  private static final int VERSION = 1;
  private static final int END = -1;

  private HybridSerializers() {}

  /** Splits and ends of sources. */
  record Splits(HybridSource<?> owner) implements SimpleVersionedSerializer<HybridSplit> {
    @Override
    public int getVersion() {
      return VERSION;
    }

    @Override
    public byte[] serialize(HybridSplit split) throws IOException {
      if (split.isEnd()) {
        return bytes(split.source(), END, new byte[0]);
      }
      SimpleVersionedSerializer<SourceSplit> inner =
          owner.source(split.source()).getSplitSerializer();
      return bytes(split.source(), inner.getVersion(), inner.serialize(split.split()));
    }

    @Override
    public HybridSplit deserialize(int version, byte[] serialized) throws IOException {
      ByteBuffer source = open(version, serialized, owner);
      int number = source.getInt();
      int innerVersion = source.getInt();
      return new HybridSplit(
          number,
          innerVersion == END
              ? null
              : owner.source(number).getSplitSerializer().deserialize(innerVersion, rest(source)));
    }
  }

  /** States of enumerators. */
  record Progress(HybridSource<?> owner) implements SimpleVersionedSerializer<HybridProgress> {
    @Override
    public int getVersion() {
      return VERSION;
    }

    @Override
    public byte[] serialize(HybridProgress progress) throws IOException {
      SimpleVersionedSerializer<Object> inner =
          owner.source(progress.source()).getEnumeratorCheckpointSerializer();
      return bytes(progress.source(), inner.getVersion(), inner.serialize(progress.state()));
    }

    @Override
    public HybridProgress deserialize(int version, byte[] serialized) throws IOException {
      ByteBuffer source = open(version, serialized, owner);
      int number = source.getInt();
      int innerVersion = source.getInt();
      return new HybridProgress(
          number,
          owner
              .source(number)
              .getEnumeratorCheckpointSerializer()
              .deserialize(innerVersion, rest(source)));
    }
  }

  private static byte[] bytes(int source, int version, byte[] inner) {
    return ByteBuffer.allocate(2 * Integer.BYTES + inner.length)
        .putInt(source)
        .putInt(version)
        .put(inner)
        .array();
  }

  private static ByteBuffer open(int version, byte[] serialized, HybridSource<?> owner)
      throws IOException {
    if (version != VERSION) {
      throw new IOException(
          "hybrid splits of version " + version + " are not known; " + VERSION + " is");
    }
    ByteBuffer source = ByteBuffer.wrap(serialized);
    try {
      int number = source.getInt(0);
      source.getInt(Integer.BYTES);
      if (number < 0 || number >= owner.size()) {
        throw new IOException(
            "a split is of source " + number + ", the hybrid source has " + owner.size());
      }
      return source;
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new IOException("a hybrid split is cut off", e);
    }
  }

  private static byte[] rest(ByteBuffer source) {
    byte[] rest = new byte[source.remaining()];
    source.get(rest);
    return rest;
  }
}
