package dev.weft.ha.zookeeper;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The content of a guarded node: a value and the epoch that wrote it, which is what tells after a
 * lost reply whether a write was carried out. Encoded as a version byte, the epoch as eight bytes
 * and the value.
 */
record Stamped(long epoch, byte[] value) {
  private static final byte VERSION = 1;

  byte[] encode() {
    return ByteBuffer.allocate(1 + Long.BYTES + value.length)
        .put(VERSION)
        .putLong(epoch)
        .put(value)
        .array();
  }

  static Stamped decode(String path, byte[] bytes) throws IOException {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      byte version = buffer.get();
      if (version != VERSION) {
        throw new IOException(
            path + " in ZooKeeper has version " + version + ", this program reads " + VERSION);
      }
      return new Stamped(
          buffer.getLong(), Arrays.copyOfRange(bytes, buffer.position(), bytes.length));
    } catch (BufferUnderflowException e) {
      throw new IOException(
          path + " in ZooKeeper holds " + bytes.length + " bytes that no Weft wrote", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Stamped that && epoch == that.epoch && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(epoch) + Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return "Stamped[epoch=" + epoch + ", " + value.length + " bytes]";
  }
}
