package dev.weft.connectors.hive;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.MemorySize;
import dev.weft.api.connector.Committer;
import dev.weft.api.connector.CommitterContext;
import dev.weft.api.connector.CommittingSinkWriter;
import dev.weft.api.connector.SimpleVersionedSerializer;
import dev.weft.api.connector.SinkWriterContext;
import dev.weft.api.connector.TransactionalSink;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.types.TypeInformation.RecordType;
import dev.weft.connectors.hdfs.sink.RollingPolicy;
import dev.weft.connectors.hdfs.sink.StagedFile;
import dev.weft.connectors.hdfs.sink.StagedFileSerializer;
import dev.weft.connectors.hdfs.sink.StagingLayout;
import dev.weft.connectors.hdfs.sink.StagingWriter;
import dev.weft.connectors.hive.read.RecordBinding;
import dev.weft.connectors.hive.table.HiveConfiguration;
import dev.weft.connectors.hive.table.HiveTable;
import dev.weft.connectors.hive.table.HiveType;
import dev.weft.connectors.hive.table.MetastoreClient;
import dev.weft.connectors.hive.table.MetastoreException;
import dev.weft.connectors.hive.table.Suggestion;
import dev.weft.connectors.hive.table.TableLoader;
import dev.weft.connectors.hive.table.TableName;
import dev.weft.connectors.hive.write.HiveCommitter;
import dev.weft.connectors.hive.write.OrcRecordWriterFactory;
import dev.weft.connectors.hive.write.PartitionAssigner;
import dev.weft.connectors.hive.write.SinkBinding;
import dev.weft.connectors.hive.write.SinkTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.hive.metastore.api.Table;

/**
 * Appends Java records to a Hive table in ORC format, exactly once. Files appear after the
 * checkpoint that covers them, and a new partition appears in the metastore when all its files of
 * that checkpoint are in place.
 *
 * @param <T> the record class
 */
public final class HiveSink<T> implements TransactionalSink<T, StagedFile> {
  private final Class<T> recordClass;
  private final HiveConfiguration metastore;
  private final SinkTable target;
  private final RollingPolicy rolling;

  private HiveSink(Class<T> recordClass, HiveConfiguration metastore, SinkTable target) {
    this.recordClass = recordClass;
    this.metastore = metastore;
    this.target = target;
    this.rolling = rollingPolicy(target.table());
  }

  /**
   * Starts a sink for records of a class, whose components go into the columns, and partition keys,
   * of their names, in any case and with or without underscores.
   *
   * @param table {@code database.table}
   */
  public static <T> Builder<T> table(String table, Class<T> recordClass) {
    return new Builder<>(table, recordClass);
  }

  private static RollingPolicy rollingPolicy(HiveTable table) {
    String size = table.parameters().get("sink.rolling-policy.file-size");
    try {
      long bytes =
          size == null
              ? RollingPolicy.DEFAULT.fileBytesMax()
              : Math.max(1, MemorySize.parse(size).bytes());
      return new RollingPolicy(bytes, OrcRecordWriterFactory.openFilesMax(table.columns().size()));
    } catch (IllegalArgumentException e) {
      throw new WeftException(
          ErrorCode.USER,
          "The Hive table "
              + table.qualifiedName()
              + " has sink.rolling-policy.file-size='"
              + size
              + "': "
              + e.getMessage(),
          e);
    }
  }

  /** The table as it was found, or as it will be made. */
  public HiveTable table() {
    return target.table();
  }

  @Override
  public CommittingSinkWriter<T, StagedFile> createWriter(SinkWriterContext context) {
    return new StagingWriter<>(
        context,
        new StagingLayout(target.table().location(), context.jobId(), context.sinkUid()),
        new PartitionAssigner<>(target, recordClass),
        new OrcRecordWriterFactory<>(target, recordClass),
        rolling,
        ".orc");
  }

  @Override
  public Committer<StagedFile> createCommitter(CommitterContext context) {
    return new HiveCommitter(
        context.files(),
        new MetastoreClient(metastore),
        target,
        new StagingLayout(target.table().location(), context.jobId(), context.sinkUid()));
  }

  @Override
  public SimpleVersionedSerializer<StagedFile> getCommittableSerializer() {
    return StagedFileSerializer.INSTANCE;
  }

  /** Builds a {@link HiveSink}. */
  public static final class Builder<T> {
    private final TableName name;
    private final Class<T> recordClass;
    private final RecordType<T> record;
    private final Map<String, String> fixedKeys = new LinkedHashMap<>();
    private final List<String> keyNames = new ArrayList<>();
    private final Map<String, HiveType> types = new LinkedHashMap<>();
    private boolean create;
    private HiveConfiguration metastore;
    private Configuration configuration = new Configuration();

    private Builder(String table, Class<T> recordClass) {
      this.name = TableName.parse(table);
      this.recordClass = recordClass;
      this.record = RecordBinding.recordType(recordClass);
    }

    /** Writes all records into partitions with this value of a key. */
    public Builder<T> partition(String key, String value) {
      fixedKeys.put(key.toLowerCase(Locale.ROOT), value);
      return this;
    }

    /** Which columns are partition keys when the table is made; their values are the records'. */
    public Builder<T> partitionedBy(String... keys) {
      for (String key : keys) {
        keyNames.add(key.toLowerCase(Locale.ROOT));
      }
      return this;
    }

    /**
     * Makes the table when it is missing, with the first commit: a column per component in snake
     * case, in ORC.
     */
    public Builder<T> createIfMissing() {
      create = true;
      return this;
    }

    /** The type of a column when the table is made, in place of the natural one. */
    public Builder<T> columnType(String column, String hiveType) {
      types.put(column.toLowerCase(Locale.ROOT), HiveType.parseSupported(hiveType));
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
     * Looks the table up and makes the sink.
     *
     * @throws WeftException with code USER when table and record class do not fit, with code
     *     DEPENDENCY when the metastore does not answer
     */
    public HiveSink<T> build() {
      HiveConfiguration reached =
          metastore == null ? HiveConfiguration.load(configuration) : metastore;
      SinkBinding binding = new SinkBinding(record, fixedKeys);
      try (MetastoreClient client = new MetastoreClient(reached)) {
        Optional<Table> found = client.findTable(name);
        if (found.isEmpty() && !create) {
          throw TableLoader.missing(client, name);
        }
        if (found.isPresent()) {
          checkWritable(found.get());
        }
        HiveTable table =
            found.isPresent()
                ? TableLoader.of(found.get())
                : binding.tableFor(name, locationFor(client), keyNames, types);
        return new HiveSink<>(recordClass, reached, binding.bind(table, create));
      } catch (MetastoreException e) {
        throw MetastoreClient.asDependencyFailure(e);
      }
    }

    private void checkWritable(Table table) {
      boolean bucketed = table.getSd() != null && table.getSd().getNumBuckets() > 0;
      boolean skewed = table.getSd() != null && table.getSd().isStoredAsSubDirectories();
      if (bucketed || skewed) {
        throw new WeftException(
            ErrorCode.USER,
            "The Hive table "
                + name
                + " is "
                + (bucketed ? "bucketed" : "stored as subdirectories of skewed values")
                + ", which is not written; write into a plain table");
      }
    }

    private String locationFor(MetastoreClient client) throws MetastoreException {
      String database =
          client
              .findDatabase(name.database())
              .orElseThrow(() -> noDatabase(client))
              .getLocationUri();
      return TableLoader.location(database) + "/" + name.table();
    }

    private WeftException noDatabase(MetastoreClient client) {
      try {
        return new WeftException(
            ErrorCode.USER,
            "There is no Hive database '"
                + name.database()
                + "' to make the table '"
                + name.table()
                + "' in"
                + Suggestion.nearest(name.database(), client.databaseNames()));
      } catch (MetastoreException e) {
        return MetastoreClient.asDependencyFailure(e);
      }
    }
  }
}
