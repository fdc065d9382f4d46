package dev.weft.connectors.hive;

import dev.weft.api.config.Configuration;
import dev.weft.api.connector.Boundedness;
import dev.weft.api.connector.SimpleVersionedSerializer;
import dev.weft.api.connector.Source;
import dev.weft.api.connector.SourceReader;
import dev.weft.api.connector.SourceReaderContext;
import dev.weft.api.connector.SplitEnumerator;
import dev.weft.api.connector.SplitEnumeratorContext;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.TypeInformation.RecordType;
import dev.weft.connectors.hdfs.source.FileEnumeratorState;
import dev.weft.connectors.hdfs.source.FileSource;
import dev.weft.connectors.hdfs.source.FileSplit;
import dev.weft.connectors.hive.read.BoundColumn;
import dev.weft.connectors.hive.read.ColumnTypes;
import dev.weft.connectors.hive.read.HiveFileLister;
import dev.weft.connectors.hive.read.HiveFormat;
import dev.weft.connectors.hive.read.RecordBinding;
import dev.weft.connectors.hive.read.RecordFactory;
import dev.weft.connectors.hive.read.RowFactory;
import dev.weft.connectors.hive.table.HiveColumn;
import dev.weft.connectors.hive.table.HiveConfiguration;
import dev.weft.connectors.hive.table.HiveTable;
import dev.weft.connectors.hive.table.HiveType;
import dev.weft.connectors.hive.table.MetastoreClient;
import dev.weft.connectors.hive.table.MetastoreException;
import dev.weft.connectors.hive.table.PartitionPredicate;
import dev.weft.connectors.hive.table.PartitionPredicateParser;
import dev.weft.connectors.hive.table.TableLoader;
import dev.weft.connectors.hive.table.TableName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The rows of a Hive table in text or ORC format, read once. The table is looked up when the source
 * is built; its partitions are when the job starts.
 *
 * @param <T> the rows
 */
public final class HiveSource<T> implements Source<T, FileSplit, FileEnumeratorState> {
  private final FileSource<T> files;
  private final HiveTable table;

  private HiveSource(FileSource<T> files, HiveTable table) {
    this.files = files;
    this.table = table;
  }

  /**
   * Starts a source whose rows are Java records: each component takes the column of its name, in
   * any case and with or without underscores. Only these columns are read.
   *
   * @param table {@code database.table}
   */
  public static <T> Builder<T> table(String table, Class<T> recordClass) {
    RecordType<T> record = RecordBinding.recordType(recordClass);
    return new Builder<>(
        table, found -> new RecordFactory<>(recordClass, RecordBinding.bind(found, record)));
  }

  /**
   * Starts a source of generic rows with all columns, partition keys last.
   *
   * @param table {@code database.table}
   */
  public static Builder<HiveRow> table(String table) {
    return new Builder<>(table, found -> new HiveRowFactory(allColumns(found)));
  }

  private static List<BoundColumn> allColumns(HiveTable table) {
    List<BoundColumn> bound = new ArrayList<>();
    for (boolean keys : new boolean[] {false, true}) {
      List<HiveColumn> columns = keys ? table.partitionKeys() : table.columns();
      for (int i = 0; i < columns.size(); i++) {
        HiveColumn column = columns.get(i);
        if (column.type().kind() == HiveType.Kind.UNSUPPORTED) {
          throw new WeftException(
              ErrorCode.USER,
              "The column '"
                  + column.name()
                  + "' of the Hive table "
                  + table.qualifiedName()
                  + " is of type "
                  + column.type()
                  + ", which is not supported; read the others into a record class");
        }
        bound.add(
            new BoundColumn(
                i, keys, column, ColumnTypes.natural(column.type()), true, column.name()));
      }
    }
    return bound;
  }

  /** The table as it was found. */
  public HiveTable table() {
    return table;
  }

  @Override
  public Boundedness getBoundedness() {
    return files.getBoundedness();
  }

  @Override
  public TypeInformation<T> getProducedType() {
    return files.getProducedType();
  }

  @Override
  public SplitEnumerator<FileSplit, FileEnumeratorState> createEnumerator(
      SplitEnumeratorContext<FileSplit> context) {
    return files.createEnumerator(context);
  }

  @Override
  public SplitEnumerator<FileSplit, FileEnumeratorState> restoreEnumerator(
      SplitEnumeratorContext<FileSplit> context, FileEnumeratorState checkpoint) {
    return files.restoreEnumerator(context, checkpoint);
  }

  @Override
  public SourceReader<T, FileSplit> createReader(SourceReaderContext context) {
    return files.createReader(context);
  }

  @Override
  public SimpleVersionedSerializer<FileSplit> getSplitSerializer() {
    return files.getSplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<FileEnumeratorState> getEnumeratorCheckpointSerializer() {
    return files.getEnumeratorCheckpointSerializer();
  }

  /** Builds a {@link HiveSource}. */
  public static final class Builder<T> {
    private final TableName name;
    private final Function<HiveTable, RowFactory<T>> rows;
    private final Map<String, String> partition = new LinkedHashMap<>();
    private String filter;
    private HiveConfiguration metastore;
    private Configuration configuration = new Configuration();

    private Builder(String table, Function<HiveTable, RowFactory<T>> rows) {
      this.name = TableName.parse(table);
      this.rows = rows;
    }

    /**
     * Reads only the partitions that a condition on partition keys accepts, such as {@code
     * ship_month >= '1995-01' and ship_month < '1996-01'}.
     */
    public Builder<T> partitions(String condition) {
      filter = condition;
      return this;
    }

    /** Reads only partitions with these values of these keys. */
    public Builder<T> partition(Map<String, String> values) {
      partition.putAll(values);
      return this;
    }

    /** Reads only partitions with this value of this key. */
    public Builder<T> partition(String key, String value) {
      partition.put(key, value);
      return this;
    }

    /** The metastore's addresses, in place of those in {@code hive-site.xml}. */
    public Builder<T> metastore(String uris) {
      metastore = HiveConfiguration.of(uris);
      return this;
    }

    /** The configuration that tells where {@code hive-site.xml} lies. */
    public Builder<T> configuration(Configuration options) {
      configuration = options;
      return this;
    }

    /**
     * Looks the table up and makes the source.
     *
     * @throws WeftException with code USER when table, record class or condition do not fit, with
     *     code DEPENDENCY when the metastore does not answer
     */
    public HiveSource<T> build() {
      HiveConfiguration reached =
          metastore == null ? HiveConfiguration.load(configuration) : metastore;
      HiveTable table;
      try (MetastoreClient client = new MetastoreClient(reached)) {
        table = TableLoader.load(client, name);
      } catch (MetastoreException e) {
        throw MetastoreClient.asDependencyFailure(e);
      }
      PartitionPredicate predicate = predicate(table);
      HiveFormat<T> format = new HiveFormat<>(table, rows.apply(table));
      return new HiveSource<>(
          FileSource.ofListed(new HiveFileLister(reached, table, predicate), format), table);
    }

    private PartitionPredicate predicate(HiveTable table) {
      if (!table.partitioned() && (filter != null || !partition.isEmpty())) {
        throw new WeftException(
            ErrorCode.USER,
            "The Hive table "
                + table.qualifiedName()
                + " has no partitions, so none can be chosen; filter its rows instead");
      }
      PartitionPredicate predicate =
          filter == null
              ? new PartitionPredicate.All()
              : PartitionPredicateParser.parse(filter, table.partitionKeys());
      for (Map.Entry<String, String> entry : partition.entrySet()) {
        String condition =
            "`"
                + entry.getKey().replace("`", "``")
                + "` = '"
                + entry.getValue().replace("'", "''")
                + "'";
        predicate =
            new PartitionPredicate.And(
                predicate, PartitionPredicateParser.parse(condition, table.partitionKeys()));
      }
      return predicate;
    }
  }
}
