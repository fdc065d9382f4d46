package dev.weft.api.connector.builtin;

import dev.weft.api.connector.SimpleVersionedSerializer;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Writes splits and lists of them as plain big-endian numbers. */
final class RangeSplitSerializer {
  private static final int VERSION = 1;
  private static final int BYTES = Integer.BYTES + 3 * Long.BYTES;

  private RangeSplitSerializer() {}

  /** One split. */
  static final class One implements SimpleVersionedSerializer<RangeSplit> {
    private static final long serialVersionUID = 1;

    @Override
    public int getVersion() {
      return VERSION;
    }

    @Override
    public byte[] serialize(RangeSplit split) {
      ByteBuffer target = ByteBuffer.allocate(BYTES);
      write(split, target);
      return target.array();
    }

    @Override
    public RangeSplit deserialize(int version, byte[] serialized) throws IOException {
      check(version, serialized.length == BYTES);
      return read(ByteBuffer.wrap(serialized));
    }
  }

  /** The splits that are not assigned. */
  static final class Many implements SimpleVersionedSerializer<List<RangeSplit>> {
    private static final long serialVersionUID = 1;

    @Override
    public int getVersion() {
      return VERSION;
    }

    @Override
    public byte[] serialize(List<RangeSplit> splits) {
      ByteBuffer target = ByteBuffer.allocate(Integer.BYTES + splits.size() * BYTES);
      target.putInt(splits.size());
      for (RangeSplit split : splits) {
        write(split, target);
      }
      return target.array();
    }

    @Override
    public List<RangeSplit> deserialize(int version, byte[] serialized) throws IOException {
      ByteBuffer source = ByteBuffer.wrap(serialized);
      try {
        int count = source.getInt();
        check(version, count >= 0 && source.remaining() == (long) count * BYTES);
        List<RangeSplit> splits = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
          splits.add(read(source));
        }
        return splits;
      } catch (BufferUnderflowException e) {
        throw new IOException("the list of splits is cut off", e);
      }
    }
  }

  private static void write(RangeSplit split, ByteBuffer target) {
    target.putInt(split.number()).putLong(split.next()).putLong(split.end());
    target.putLong(split.stride());
  }

  private static RangeSplit read(ByteBuffer source) {
    return new RangeSplit(source.getInt(), source.getLong(), source.getLong(), source.getLong());
  }

  private static void check(int version, boolean wellFormed) throws IOException {
    if (version != VERSION) {
      throw new IOException("splits of version " + version + " are not known; " + VERSION + " is");
    }
    if (!wellFormed) {
      throw new IOException("the bytes of the splits are damaged");
    }
  }
}
