package dev.weft.connectors.hive.read;

import dev.weft.api.config.Configuration;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileStore;
import dev.weft.connectors.hdfs.source.DirectoryLister;
import dev.weft.connectors.hdfs.source.FileLister;
import dev.weft.connectors.hdfs.source.SourceFile;
import dev.weft.connectors.hive.table.HiveConfiguration;
import dev.weft.connectors.hive.table.HiveTable;
import dev.weft.connectors.hive.table.MetastoreClient;
import dev.weft.connectors.hive.table.MetastoreException;
import dev.weft.connectors.hive.table.PartitionName;
import dev.weft.connectors.hive.table.PartitionPredicate;
import dev.weft.connectors.hive.table.StorageFormat;
import dev.weft.connectors.hive.table.TableLoader;
import dev.weft.connectors.hive.table.TableName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.hive.metastore.api.Partition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the files of a table, or of those of its partitions that a condition accepts. */
public final class HiveFileLister implements FileLister {
  private static final Logger LOG = LoggerFactory.getLogger(HiveFileLister.class);

  private final HiveConfiguration configuration;
  private final HiveTable table;
  private final PartitionPredicate predicate;

  /** A lister of one table. */
  public HiveFileLister(
      HiveConfiguration configuration, HiveTable table, PartitionPredicate predicate) {
    this.configuration = configuration;
    this.table = table;
    this.predicate = predicate;
  }

  @Override
  public List<SourceFile> list(FileStore files, Configuration ignored) throws IOException {
    List<SourceFile> found = new ArrayList<>();
    if (!table.partitioned()) {
      String attachment = new PartitionAttachment("", List.of(), table.format()).encode();
      DirectoryLister.addFiles(files, table.location(), true, attachment, found);
      return found;
    }
    for (Partition partition : wantedPartitions()) {
      List<String> values = partition.getValues().stream().map(PartitionName::orNull).toList();
      String name = PartitionName.format(table.partitionKeys(), values);
      StorageFormat format =
          TableLoader.format(
              partition.getSd(),
              table.parameters(),
              "The partition " + name + " of the Hive table " + table.qualifiedName());
      String attachment = new PartitionAttachment(name, values, format).encode();
      int before = found.size();
      String location = TableLoader.location(partition.getSd().getLocation());
      DirectoryLister.addFiles(files, location, true, attachment, found);
      if (found.size() == before) {
        LOG.info("Partition {} of {} has no files at {}", name, table.qualifiedName(), location);
      }
    }
    return found;
  }

  private List<Partition> wantedPartitions() {
    TableName name = new TableName(table.database(), table.name());
    try (MetastoreClient client = new MetastoreClient(configuration)) {
      if (client.findTable(name).isEmpty()) {
        throw TableLoader.missing(client, name);
      }
      List<String> all = client.partitionNames(name);
      List<String> wanted =
          all.stream()
              .filter(
                  partition ->
                      predicate.accepts(PartitionName.parse(table.partitionKeys(), partition)))
              .toList();
      LOG.info("{} of {} partitions of {} are read", wanted.size(), all.size(), name);
      List<Partition> partitions = new ArrayList<>(client.partitions(name, wanted));
      partitions.sort(
          Comparator.comparing(
              partition ->
                  PartitionName.format(
                      table.partitionKeys(),
                      partition.getValues().stream().map(PartitionName::orNull).toList())));
      return partitions;
    } catch (MetastoreException e) {
      throw new WeftException(ErrorCode.DEPENDENCY, e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return "the Hive table " + table.qualifiedName();
  }
}
