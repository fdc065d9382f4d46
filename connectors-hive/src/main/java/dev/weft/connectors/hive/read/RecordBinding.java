package dev.weft.connectors.hive.read;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.TypeInformation.BasicType;
import dev.weft.api.types.TypeInformation.Field;
import dev.weft.api.types.TypeInformation.Kind;
import dev.weft.api.types.TypeInformation.RecordType;
import dev.weft.connectors.hive.table.HiveColumn;
import dev.weft.connectors.hive.table.HiveTable;
import dev.weft.connectors.hive.table.HiveType;
import dev.weft.connectors.hive.table.Suggestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Maps the components of Java records to columns by name: the same name in any case, or the same
 * without underscores, so that {@code shipDate} finds {@code ship_date}.
 */
public final class RecordBinding {
  private RecordBinding() {}

  /**
   * The components of a record class.
   *
   * @throws WeftException with code USER when it is no record class or has components that are no
   *     basic values
   */
  public static <T> RecordType<T> recordType(Class<T> recordClass) {
    if (!(TypeInformation.of(recordClass) instanceof RecordType<T> record)) {
      throw new WeftException(
          ErrorCode.USER,
          recordClass.getName() + " is no Java record; rows of Hive tables map to records");
    }
    for (Field field : record.fields()) {
      if (!(field.type() instanceof BasicType<?>)) {
        throw new WeftException(
            ErrorCode.USER,
            "The component '"
                + field.name()
                + "' of "
                + recordClass.getSimpleName()
                + " is a "
                + field.type().typeClass().getSimpleName()
                + "; components that map to Hive columns are numbers, String, boolean,"
                + " BigDecimal, LocalDate, LocalDateTime or byte[]");
      }
    }
    return record;
  }

  /** The kind of a component's value. */
  public static Kind kindOf(Field field) {
    return ((BasicType<?>) field.type()).kind();
  }

  /**
   * The columns that the components of a record class want.
   *
   * @throws WeftException with code USER that names both sides of what does not fit
   */
  public static <T> List<BoundColumn> bind(HiveTable table, RecordType<T> record) {
    List<BoundColumn> bound = new ArrayList<>();
    for (Field field : record.fields()) {
      int column = indexOf(table.columns(), field.name());
      int key = indexOf(table.partitionKeys(), field.name());
      if (column < 0 && key < 0) {
        throw missing(table, record.typeClass(), field.name());
      }
      boolean isKey = column < 0;
      HiveColumn source = isKey ? table.partitionKeys().get(key) : table.columns().get(column);
      if (!ColumnTypes.readableAs(source.type()).contains(kindOf(field))) {
        throw mismatch(table, record.typeClass(), field, source);
      }
      bound.add(
          new BoundColumn(
              isKey ? key : column,
              isKey,
              source,
              kindOf(field),
              !field.primitive(),
              field.name()));
    }
    return bound;
  }

  /** The column of a name, or -1; the exact name wins over one without underscores. */
  public static int indexOf(List<HiveColumn> columns, String name) {
    int loose = -1;
    for (int i = 0; i < columns.size(); i++) {
      String column = columns.get(i).name();
      if (column.equalsIgnoreCase(name)) {
        return i;
      }
      if (loose < 0 && squeezed(column).equals(squeezed(name))) {
        loose = i;
      }
    }
    return loose;
  }

  private static String squeezed(String name) {
    return name.replace("_", "").toLowerCase(Locale.ROOT);
  }

  private static WeftException missing(HiveTable table, Class<?> record, String component) {
    List<String> names = new ArrayList<>();
    table.columns().forEach(column -> names.add(column.name()));
    table.partitionKeys().forEach(key -> names.add(key.name()));
    return new WeftException(
        ErrorCode.USER,
        "The component '"
            + component
            + "' of the record "
            + record.getSimpleName()
            + " has no column in the Hive table "
            + table.qualifiedName()
            + ", whose columns are "
            + names
            + Suggestion.nearest(component, names));
  }

  private static WeftException mismatch(
      HiveTable table, Class<?> record, Field field, HiveColumn column) {
    String reason =
        column.type().kind() == HiveType.Kind.UNSUPPORTED
            ? "is of type " + column.type() + ", which is not supported"
            : "is of type "
                + column.type()
                + " and the component is of "
                + field.type().typeClass().getSimpleName()
                + "; declare it as "
                + ColumnTypes.readableAs(column.type());
    return new WeftException(
        ErrorCode.USER,
        "The column '"
            + column.name()
            + "' of the Hive table "
            + table.qualifiedName()
            + " cannot become the component '"
            + field.name()
            + "' of the record "
            + record.getSimpleName()
            + ": it "
            + reason);
  }
}
