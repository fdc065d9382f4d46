package dev.weft.connectors.hive.write;

import dev.weft.connectors.hdfs.sink.BucketAssigner;
import dev.weft.connectors.hive.table.HiveColumn;
import dev.weft.connectors.hive.table.PartitionName;
import dev.weft.connectors.hive.table.PartitionValue;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Chooses a record's partition; its directory is the partition's name.
 *
 * @param <T> the records
 */
public final class PartitionAssigner<T> implements BucketAssigner<T> {
  private final List<HiveColumn> keys;
  private final List<SinkTable.KeySource> sources;
  private final RecordAccess access;
  private transient Object[] lastValues;
  private transient String lastName;

  /** An assigner for records of one class. */
  public PartitionAssigner(SinkTable target, Class<T> recordClass) {
    this.keys = target.table().partitionKeys();
    this.sources = target.keySources();
    this.access = new RecordAccess(recordClass);
  }

  @Override
  public String bucket(T record) {
    if (keys.isEmpty()) {
      return "";
    }
    if (lastValues == null) {
      lastValues = new Object[keys.size()];
    }
    boolean same = lastName != null;
    for (int i = 0; i < lastValues.length; i++) {
      int component = sources.get(i).component();
      Object value = component < 0 ? sources.get(i).fixed() : access.value(record, component);
      same &= Objects.equals(value, lastValues[i]);
      lastValues[i] = value;
    }
    if (!same) {
      List<String> texts = new ArrayList<>();
      for (Object value : lastValues) {
        texts.add(text(value));
      }
      lastName = PartitionName.format(keys, texts);
    }
    return lastName;
  }

  private static String text(Object value) {
    if (value instanceof LocalDateTime time) {
      return PartitionValue.TIMESTAMP.format(time);
    }
    if (value instanceof BigDecimal decimal) {
      return decimal.stripTrailingZeros().toPlainString();
    }
    return value == null ? null : value.toString();
  }
}
