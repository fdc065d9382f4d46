package dev.weft.connectors.hive.read;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.connectors.hive.table.HiveTable;
import dev.weft.connectors.hive.table.PartitionValue;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts the values of one row together: partition values once per file, column values per row.
 *
 * @param <T> the rows
 */
final class RowAssembler<T> {
  private final HiveTable table;
  private final RowFactory<T> factory;
  private final String partition;
  private final String path;
  private final Object[] values;
  private final List<BoundColumn> fileColumns = new ArrayList<>();
  private final int[] slots;

  RowAssembler(HiveTable table, RowFactory<T> factory, PartitionAttachment partition, String path) {
    this.table = table;
    this.factory = factory;
    this.partition = partition.name();
    this.path = path;
    this.values = new Object[factory.columns().size()];
    int[] all = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      BoundColumn column = factory.columns().get(i);
      if (column.partitionKey()) {
        String text = partition.values().get(column.index());
        values[i] =
            text == null
                ? null
                : ColumnTypes.ofParsed(
                    column.target(), PartitionValue.parse(column.column().type(), text));
      } else {
        all[fileColumns.size()] = i;
        fileColumns.add(column);
      }
    }
    slots = java.util.Arrays.copyOf(all, fileColumns.size());
  }

  /** The columns whose values come from the file. */
  List<BoundColumn> fileColumns() {
    return fileColumns;
  }

  /** How many columns the table's files have. */
  int tableColumns() {
    return table.columns().size();
  }

  /** Sets the value of one of {@link #fileColumns()}. */
  void set(int fileColumn, Object value) {
    values[slots[fileColumn]] = value;
  }

  /**
   * Makes the row.
   *
   * @param row its number or offset in the file, for messages
   */
  T row(long row) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] == null && !factory.columns().get(i).nullable()) {
        throw nullInPrimitive(factory.columns().get(i), row);
      }
    }
    return factory.create(values);
  }

  /** Where the file lies and what it belongs to, for messages. */
  String description() {
    return "'"
        + path
        + "' of "
        + (partition.isEmpty() ? "" : "partition " + partition + " of ")
        + "the Hive table "
        + table.qualifiedName();
  }

  private WeftException nullInPrimitive(BoundColumn column, long row) {
    return new WeftException(
        ErrorCode.DATA,
        "The column '"
            + column.column().name()
            + "' is NULL at "
            + row
            + " of the file "
            + description()
            + ", and the component '"
            + column.field()
            + "' cannot be null; declare it as an object, such as Long for long");
  }
}
