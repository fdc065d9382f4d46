package dev.weft.connectors.hive.table;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.hive.metastore.api.FieldSchema;
import org.apache.hadoop.hive.metastore.api.StorageDescriptor;
import org.apache.hadoop.hive.metastore.api.Table;

/** Turns what the metastore says of a table into a {@link HiveTable}, or refuses it by name. */
public final class TableLoader {
  private static final String TEXT_INPUT = "org.apache.hadoop.mapred.TextInputFormat";
  private static final String ORC_INPUT = "org.apache.hadoop.hive.ql.io.orc.OrcInputFormat";
  private static final String LAZY_SIMPLE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe";
  private static final String ORC_SERDE = "org.apache.hadoop.hive.ql.io.orc.OrcSerde";

  private TableLoader() {}

  /**
   * Finds a table.
   *
   * @throws WeftException with code USER when there is none or it is of a kind that is not
   *     supported
   */
  public static HiveTable load(MetastoreClient client, TableName name) throws MetastoreException {
    Table table = client.findTable(name).orElse(null);
    if (table == null) {
      throw missing(client, name);
    }
    return of(table);
  }

  /** The failure of a missing table, with what may have been meant. */
  public static WeftException missing(MetastoreClient client, TableName name)
      throws MetastoreException {
    List<String> databases = client.databaseNames();
    if (databases.stream().noneMatch(name.database()::equalsIgnoreCase)) {
      return new WeftException(
          ErrorCode.USER,
          "There is no Hive database '"
              + name.database()
              + "'"
              + Suggestion.nearest(name.database(), databases));
    }
    return new WeftException(
        ErrorCode.USER,
        "There is no table '"
            + name.table()
            + "' in the Hive database '"
            + name.database()
            + "'"
            + Suggestion.nearest(name.table(), client.tableNames(name.database())));
  }

  /**
   * The table without Thrift.
   *
   * @throws WeftException with code USER when it is of a kind that is not supported
   */
  public static HiveTable of(Table table) {
    String name = table.getDbName() + "." + table.getTableName();
    Map<String, String> parameters =
        table.getParameters() == null ? Map.of() : table.getParameters();
    String type = String.valueOf(table.getTableType());
    if (type.contains("VIEW")) {
      throw refused(name, "it is a view", "name the tables that it reads");
    }
    if ("true".equalsIgnoreCase(parameters.get("transactional"))) {
      throw refused(name, "it is a transactional (ACID) table", "copy it into a table that is not");
    }
    if (parameters.containsKey("storage_handler")) {
      throw refused(
          name,
          "its rows lie in another system (" + parameters.get("storage_handler") + ")",
          "copy it into a text or ORC table");
    }
    StorageDescriptor storage = table.getSd();
    if (storage == null || storage.getLocation() == null) {
      throw refused(name, "it has no location", "check it with DESCRIBE FORMATTED");
    }
    return new HiveTable(
        table.getDbName(),
        table.getTableName(),
        location(storage.getLocation()),
        columns(storage.getCols()),
        columns(table.getPartitionKeys()),
        format(storage, parameters, "The Hive table " + name),
        new LinkedHashMap<>(parameters));
  }

  /**
   * The format of a table or partition.
   *
   * @param owner for messages
   * @throws WeftException with code USER when it is not supported
   */
  public static StorageFormat format(
      StorageDescriptor storage, Map<String, String> tableParameters, String owner) {
    String input = String.valueOf(storage.getInputFormat());
    String serde =
        storage.getSerdeInfo() == null
            ? ""
            : String.valueOf(storage.getSerdeInfo().getSerializationLib());
    Map<String, String> properties = new LinkedHashMap<>();
    for (String key : List.of("skip.header.line.count", "skip.footer.line.count")) {
      if (tableParameters.containsKey(key)) {
        properties.put(key, tableParameters.get(key));
      }
    }
    if (storage.getSerdeInfo() != null && storage.getSerdeInfo().getParameters() != null) {
      properties.putAll(storage.getSerdeInfo().getParameters());
    }
    if (input.equals(ORC_INPUT) || serde.equals(ORC_SERDE)) {
      return new StorageFormat(StorageFormat.Kind.ORC, properties);
    }
    if (input.equals(TEXT_INPUT) && serde.equals(LAZY_SIMPLE)) {
      String header = properties.getOrDefault("skip.header.line.count", "0").trim();
      if (!header.matches("\\d{1,6}")) {
        throw new WeftException(
            ErrorCode.USER,
            owner + " has skip.header.line.count='" + header + "', which is no number of lines");
      }
      if (!"0".equals(properties.getOrDefault("skip.footer.line.count", "0"))) {
        throw new WeftException(
            ErrorCode.USER, owner + " has skip.footer.line.count, which is not supported");
      }
      return new StorageFormat(StorageFormat.Kind.TEXT, properties);
    }
    throw new WeftException(
        ErrorCode.USER,
        owner
            + " has the input format "
            + input
            + " with the serializer "
            + serde
            + ", which is not supported; ORC and delimited text are");
  }

  /** A location as a path of the file store: {@code file:/a} becomes {@code file:///a}. */
  public static String location(String text) {
    String path =
        text.startsWith("file:/") && !text.startsWith("file://")
            ? "file://" + text.substring("file:".length())
            : text;
    while (path.length() > 1 && path.endsWith("/") && !path.endsWith(":///")) {
      path = path.substring(0, path.length() - 1);
    }
    return path;
  }

  private static List<HiveColumn> columns(List<FieldSchema> fields) {
    List<HiveColumn> columns = new ArrayList<>();
    if (fields != null) {
      for (FieldSchema field : fields) {
        columns.add(
            new HiveColumn(
                field.getName().toLowerCase(Locale.ROOT), HiveType.parse(field.getType())));
      }
    }
    return columns;
  }

  private static WeftException refused(String name, String reason, String remedy) {
    return new WeftException(
        ErrorCode.USER,
        "The Hive table "
            + name
            + " cannot be used: "
            + reason
            + ", which is not supported; "
            + remedy);
  }
}
