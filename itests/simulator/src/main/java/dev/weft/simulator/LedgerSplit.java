package dev.weft.simulator;

import dev.weft.api.connector.SimpleVersionedSerializer;
import dev.weft.api.connector.SourceSplit;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A partition of the ledger.
 *
 * @param partition which
 * @param next the first record that was not read
 */
record LedgerSplit(int partition, long next) implements SourceSplit {
  static final int BYTES = 12;

  @Override
  public String splitId() {
    return "partition-" + partition;
  }

  static LedgerSplit read(ByteBuffer bytes) {
    return new LedgerSplit(bytes.getInt(), bytes.getLong());
  }

  private void write(ByteBuffer bytes) {
    bytes.putInt(partition).putLong(next);
  }

  /** One split in {@link #BYTES} bytes. */
  record Serializer() implements SimpleVersionedSerializer<LedgerSplit> {
    @Override
    public int getVersion() {
      return 1;
    }

    @Override
    public byte[] serialize(LedgerSplit split) {
      ByteBuffer bytes = ByteBuffer.allocate(BYTES);
      split.write(bytes);
      return bytes.array();
    }

    @Override
    public LedgerSplit deserialize(int version, byte[] serialized) {
      return read(ByteBuffer.wrap(serialized));
    }
  }

  /** Several splits, one after another. */
  record ListSerializer() implements SimpleVersionedSerializer<List<LedgerSplit>> {
    @Override
    public int getVersion() {
      return 1;
    }

    @Override
    public byte[] serialize(List<LedgerSplit> splits) {
      ByteBuffer bytes = ByteBuffer.allocate(BYTES * splits.size());
      splits.forEach(split -> split.write(bytes));
      return bytes.array();
    }

    @Override
    public List<LedgerSplit> deserialize(int version, byte[] serialized) {
      ByteBuffer bytes = ByteBuffer.wrap(serialized);
      List<LedgerSplit> splits = new ArrayList<>();
      while (bytes.hasRemaining()) {
        splits.add(read(bytes));
      }
      return splits;
    }
  }
}
