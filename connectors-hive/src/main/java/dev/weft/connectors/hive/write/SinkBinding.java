package dev.weft.connectors.hive.write;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.types.TypeInformation.Field;
import dev.weft.api.types.TypeInformation.Kind;
import dev.weft.api.types.TypeInformation.RecordType;
import dev.weft.connectors.hive.read.RecordBinding;
import dev.weft.connectors.hive.table.HiveColumn;
import dev.weft.connectors.hive.table.HiveTable;
import dev.weft.connectors.hive.table.HiveType;
import dev.weft.connectors.hive.table.PartitionValue;
import dev.weft.connectors.hive.table.StorageFormat;
import dev.weft.connectors.hive.table.Suggestion;
import dev.weft.connectors.hive.table.TableName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Maps a record's components to the columns and partition keys of the table that it goes to. */
public final class SinkBinding {
  private static final int PARTITION_KEYS_MAX = 64;

  private final RecordType<?> record;
  private final Map<String, String> fixedKeys;

  /**
   * A binding of a record class.
   *
   * @param fixedKeys partition keys, in lower case, whose values are fixed
   */
  public SinkBinding(RecordType<?> record, Map<String, String> fixedKeys) {
    this.record = record;
    this.fixedKeys = new LinkedHashMap<>(fixedKeys);
  }

  /**
   * Binds to a table.
   *
   * @param create whether the table is to be made
   * @throws WeftException with code USER that names both sides of what does not fit
   */
  public SinkTable bind(HiveTable table, boolean create) {
    if (table.format().kind() != StorageFormat.Kind.ORC) {
      throw new WeftException(
          ErrorCode.USER,
          "The Hive table " + table.qualifiedName() + " is a text table; only ORC is written");
    }
    Set<Integer> used = new HashSet<>();
    List<Integer> components = new ArrayList<>();
    for (HiveColumn column : table.columns()) {
      int component = componentOf(column.name());
      if (component >= 0) {
        used.add(component);
        check(table, column, record.fields().get(component));
      }
      components.add(component);
    }
    List<SinkTable.KeySource> keys = new ArrayList<>();
    for (HiveColumn key : table.partitionKeys()) {
      keys.add(keySource(table, key, used));
    }
    for (String name : fixedKeys.keySet()) {
      if (table.partitionKeys().stream().noneMatch(key -> key.name().equals(name))) {
        throw noKey(table, name);
      }
    }
    for (int i = 0; i < record.fields().size(); i++) {
      if (!used.contains(i)) {
        throw noColumn(table, record.fields().get(i).name());
      }
    }
    return new SinkTable(table, create, components, keys);
  }

  /**
   * The table to be made for the record class: a column per component, in snake case, in ORC.
   *
   * @param keyNames components that become partition keys, besides the fixed ones
   * @param types column types other than the natural ones, by column
   */
  public HiveTable tableFor(
      TableName name, String location, List<String> keyNames, Map<String, HiveType> types) {
    List<HiveColumn> columns = new ArrayList<>();
    Map<String, HiveColumn> keys = new LinkedHashMap<>();
    fixedKeys.keySet().forEach(key -> keys.put(key, keyColumn(key, types)));
    keyNames.forEach(key -> keys.putIfAbsent(key, keyColumn(key, types)));
    Set<String> unusedTypes = new HashSet<>(types.keySet());
    unusedTypes.removeAll(keys.keySet());
    for (Field field : record.fields()) {
      String column = snakeCase(field.name());
      if (!keys.containsKey(column) && !keys.containsKey(field.name().toLowerCase(Locale.ROOT))) {
        HiveType type = types.getOrDefault(column, natural(field));
        columns.add(new HiveColumn(column, type));
        unusedTypes.remove(column);
      }
    }
    if (!unusedTypes.isEmpty() || columns.isEmpty() || keys.size() > PARTITION_KEYS_MAX) {
      throw new WeftException(
          ErrorCode.USER,
          "The table "
              + name
              + " cannot be made with columns "
              + columns
              + " and partition keys "
              + keys.values()
              + (unusedTypes.isEmpty() ? "" : ": there are no columns " + unusedTypes));
    }
    return new HiveTable(
        name.database(),
        name.table(),
        location,
        columns,
        new ArrayList<>(keys.values()),
        new StorageFormat(StorageFormat.Kind.ORC, Map.of("serialization.format", "1")),
        new LinkedHashMap<>());
  }

  private HiveColumn keyColumn(String key, Map<String, HiveType> types) {
    HiveType type = types.get(key);
    if (type == null && componentOf(key) >= 0) {
      type = natural(record.fields().get(componentOf(key)));
    }
    return new HiveColumn(key, type == null ? HiveType.parse("string") : type);
  }

  private HiveType natural(Field field) {
    if (WritableTypes.writableInto(RecordBinding.kindOf(field)).isEmpty()) {
      throw new WeftException(
          ErrorCode.USER,
          "The component '"
              + field.name()
              + "' of "
              + record.typeClass().getSimpleName()
              + " is a "
              + field.type().typeClass().getSimpleName()
              + ", for which Hive has no type");
    }
    return WritableTypes.natural(RecordBinding.kindOf(field));
  }

  private SinkTable.KeySource keySource(HiveTable table, HiveColumn key, Set<Integer> used) {
    int component = componentOf(key.name());
    if (fixedKeys.containsKey(key.name())) {
      String value = fixedKeys.get(key.name());
      if (component >= 0) {
        throw new WeftException(
            ErrorCode.USER,
            "The partition key '"
                + key.name()
                + "' of "
                + table.qualifiedName()
                + " is fixed to '"
                + value
                + "' and the record "
                + record.typeClass().getSimpleName()
                + " has it too; take one of the two away");
      }
      checkFixed(table, key, value);
      return new SinkTable.KeySource(-1, value);
    }
    if (component < 0) {
      throw new WeftException(
          ErrorCode.USER,
          "The partition key '"
              + key.name()
              + "' of the Hive table "
              + table.qualifiedName()
              + " has no value: add a component of this name to the record "
              + record.typeClass().getSimpleName()
              + " or fix it with .partition(\""
              + key.name()
              + "\", value)");
    }
    Kind kind = RecordBinding.kindOf(record.fields().get(component));
    boolean anyText =
        key.type().kind() == HiveType.Kind.STRING && kind != Kind.BYTES && kind != Kind.DOUBLE;
    if (!anyText) {
      check(table, key, record.fields().get(component));
    }
    used.add(component);
    return new SinkTable.KeySource(component, null);
  }

  private static void checkFixed(HiveTable table, HiveColumn key, String value) {
    try {
      PartitionValue.parse(key.type(), value);
    } catch (WeftException e) {
      throw new WeftException(
          ErrorCode.USER,
          "The value '"
              + value
              + "' of the partition key '"
              + key.name()
              + "' of "
              + table.qualifiedName()
              + " is no "
              + key.type(),
          e);
    }
  }

  private void check(HiveTable table, HiveColumn column, Field field) {
    List<HiveType.Kind> possible = WritableTypes.writableInto(RecordBinding.kindOf(field));
    if (!possible.contains(column.type().kind())) {
      throw new WeftException(
          ErrorCode.USER,
          "The component '"
              + field.name()
              + "' of the record "
              + record.typeClass().getSimpleName()
              + " is a "
              + field.type().typeClass().getSimpleName()
              + " and cannot be written into the column '"
              + column
              + "' of the Hive table "
              + table.qualifiedName()
              + "; columns for it are of type "
              + possible);
    }
  }

  private WeftException noColumn(HiveTable table, String component) {
    List<String> names = new ArrayList<>();
    table.columns().forEach(column -> names.add(column.name()));
    table.partitionKeys().forEach(key -> names.add(key.name()));
    return new WeftException(
        ErrorCode.USER,
        "The component '"
            + component
            + "' of the record "
            + record.typeClass().getSimpleName()
            + " has no column in the Hive table "
            + table.qualifiedName()
            + ", whose columns are "
            + names
            + Suggestion.nearest(component, names));
  }

  private static WeftException noKey(HiveTable table, String name) {
    List<String> names = table.partitionKeys().stream().map(HiveColumn::name).toList();
    return new WeftException(
        ErrorCode.USER,
        "'"
            + name
            + "' is no partition key of the Hive table "
            + table.qualifiedName()
            + ", whose keys are "
            + names
            + Suggestion.nearest(name, names));
  }

  /** The component that goes into a column, found as a source finds the column of a component. */
  private int componentOf(String column) {
    List<HiveColumn> components =
        record.fields().stream().map(field -> new HiveColumn(field.name(), null)).toList();
    return RecordBinding.indexOf(components, column);
  }

  static String snakeCase(String name) {
    StringBuilder snake = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean wordBegins =
          Character.isUpperCase(c) && i > 0 && !Character.isUpperCase(name.charAt(i - 1));
      if (wordBegins && name.charAt(i - 1) != '_') {
        snake.append('_');
      }
      snake.append(Character.toLowerCase(c));
    }
    return snake.toString();
  }
}
