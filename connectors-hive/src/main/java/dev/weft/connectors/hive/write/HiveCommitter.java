package dev.weft.connectors.hive.write;

import dev.weft.api.connector.Committable;
import dev.weft.api.connector.Committer;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileStatus;
import dev.weft.api.fs.FileStore;
import dev.weft.connectors.hdfs.sink.StagedFile;
import dev.weft.connectors.hdfs.sink.StagedFilePublisher;
import dev.weft.connectors.hdfs.sink.StagingLayout;
import dev.weft.connectors.hdfs.source.DirectoryLister;
import dev.weft.connectors.hive.table.HiveTable;
import dev.weft.connectors.hive.table.MetastoreClient;
import dev.weft.connectors.hive.table.PartitionName;
import dev.weft.connectors.hive.table.TableLoader;
import dev.weft.connectors.hive.table.TableName;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.hive.metastore.api.Partition;
import org.apache.hadoop.hive.metastore.api.StorageDescriptor;
import org.apache.hadoop.hive.metastore.api.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the files of a checkpoint: first all files are moved into the directories of their
 * partitions, then partitions that the metastore does not know are added to it. So a new partition
 * becomes visible whole. What was done already is recognised, files by their checksums, partitions
 * by being there, statistics by the parameter {@code weft.commit}; every round begins by looking.
 */
public final class HiveCommitter implements Committer<StagedFile> {
  /** Names the last commit of a partition or table: job, sink and checkpoint. */
  static final String COMMIT_PARAMETER = "weft.commit";

  private static final Logger LOG = LoggerFactory.getLogger(HiveCommitter.class);

  private final FileStore files;
  private final MetastoreClient metastore;
  private final SinkTable target;
  private final StagingLayout layout;
  private final TableName name;
  private boolean tableSeen;
  private boolean keepStaged;

  /** A committer of one sink of one job. */
  public HiveCommitter(
      FileStore files, MetastoreClient metastore, SinkTable target, StagingLayout layout) {
    this.files = files;
    this.metastore = metastore;
    this.target = target;
    this.layout = layout;
    this.name = new TableName(target.table().database(), target.table().name());
  }

  @Override
  public void commit(List<Committable<StagedFile>> committables) throws IOException {
    if (committables.isEmpty()) {
      return;
    }
    long checkpoint = 0;
    Map<String, List<StagedFile>> byPartition = new TreeMap<>();
    for (Committable<StagedFile> committable : committables) {
      StagedFile file = committable.value();
      byPartition.computeIfAbsent(file.bucket(), bucket -> new ArrayList<>()).add(file);
      checkpoint = Math.max(checkpoint, committable.checkpointId());
    }
    String marker = layout.jobId() + ":" + layout.sinkUid() + ":" + checkpoint;
    try {
      Table table = currentTable();
      if (target.table().partitioned()) {
        commitPartitions(table, byPartition, marker);
      } else {
        commitTable(table, byPartition.get(""), marker);
      }
    } catch (WeftException e) {
      keepStaged = true;
      throw e;
    }
  }

  @Override
  public void finish(boolean succeeded) throws IOException {
    if (succeeded && !tableSeen && target.create()) {
      currentTable();
    }
    if (keepStaged) {
      LOG.warn("Output that could not be committed stays at {}", layout.stagingDirectory());
      return;
    }
    layout.removeStaged(files);
  }

  @Override
  public void close() {
    metastore.close();
  }

  private void commitTable(Table table, List<StagedFile> staged, String marker) throws IOException {
    String directory = TableLoader.location(table.getSd().getLocation());
    StagedFilePublisher publisher = new StagedFilePublisher(files);
    for (StagedFile file : staged) {
      publisher.publish(file, directory);
    }
    Map<String, String> parameters =
        table.getParameters() == null ? new LinkedHashMap<>() : table.getParameters();
    if (!marker.equals(parameters.get(COMMIT_PARAMETER))) {
      table.setParameters(new LinkedHashMap<>(parameters));
      countOutput(table.getParameters(), directory, staged, marker);
      metastore.alterTable(table);
    }
    writeSuccessFile(directory);
  }

  private void commitPartitions(
      Table table, Map<String, List<StagedFile>> byPartition, String marker) throws IOException {
    List<String> names = List.copyOf(byPartition.keySet());
    Map<String, Partition> existing = partitions(names);
    Map<String, String> directories = new LinkedHashMap<>();
    StagedFilePublisher publisher = new StagedFilePublisher(files);
    for (Map.Entry<String, List<StagedFile>> entry : byPartition.entrySet()) {
      Partition partition = existing.get(entry.getKey());
      String directory =
          partition == null
              ? layout.bucketDirectory(entry.getKey())
              : TableLoader.location(partition.getSd().getLocation());
      checkSameFileSystem(entry.getKey(), directory);
      directories.put(entry.getKey(), directory);
      for (StagedFile file : entry.getValue()) {
        publisher.publish(file, directory);
      }
      writeSuccessFile(directory);
    }
    addMissing(table, byPartition, directories, existing, marker);
    Map<String, Partition> now = partitions(names);
    List<Partition> grown = new ArrayList<>();
    for (String partitionName : names) {
      Partition partition = now.get(partitionName);
      checkAdded(partitionName, partition, directories.get(partitionName));
      if (!marker.equals(partition.getParameters().get(COMMIT_PARAMETER))) {
        countOutput(
            partition.getParameters(),
            directories.get(partitionName),
            byPartition.get(partitionName),
            marker);
        grown.add(partition);
      }
    }
    if (!grown.isEmpty()) {
      metastore.alterPartitions(name, grown);
    }
    LOG.info("Committed {} partitions of {} as {}", names.size(), name, marker);
  }

  private void addMissing(
      Table table,
      Map<String, List<StagedFile>> byPartition,
      Map<String, String> directories,
      Map<String, Partition> existing,
      String marker)
      throws IOException {
    List<Partition> added = new ArrayList<>();
    for (Map.Entry<String, String> entry : directories.entrySet()) {
      if (existing.containsKey(entry.getKey())) {
        continue;
      }
      StorageDescriptor storage = table.getSd().deepCopy();
      storage.setLocation(entry.getValue());
      Partition partition = new Partition();
      partition.setDbName(name.database());
      partition.setTableName(name.table());
      partition.setValues(
          PartitionName.parse(target.table().partitionKeys(), entry.getKey()).stream()
              .map(value -> value == null ? PartitionName.NULL_VALUE : value)
              .toList());
      partition.setSd(storage);
      Map<String, String> parameters = new LinkedHashMap<>();
      countOutput(parameters, entry.getValue(), byPartition.get(entry.getKey()), marker);
      partition.setParameters(parameters);
      added.add(partition);
    }
    if (!added.isEmpty()) {
      metastore.addPartitions(name, added);
    }
  }

  private Map<String, Partition> partitions(List<String> names) throws IOException {
    Map<String, Partition> byName = new LinkedHashMap<>();
    for (Partition partition : metastore.partitions(name, names)) {
      List<String> values = partition.getValues().stream().map(PartitionName::orNull).toList();
      if (partition.getParameters() == null) {
        partition.setParameters(new LinkedHashMap<>());
      }
      byName.put(PartitionName.format(target.table().partitionKeys(), values), partition);
    }
    return byName;
  }

  private void checkAdded(String partitionName, Partition partition, String directory)
      throws IOException {
    if (partition == null) {
      throw new IOException(
          "The partition " + partitionName + " of " + name + " is not there after it was added");
    }
    String location = TableLoader.location(partition.getSd().getLocation());
    if (!location.equals(directory)) {
      throw new WeftException(
          ErrorCode.DATA,
          "The partition "
              + partitionName
              + " of "
              + name
              + " was put at "
              + location
              + " by someone else while the job's files went to "
              + directory
              + "; move them there or point the partition to them");
    }
  }

  private void checkSameFileSystem(String partitionName, String directory) {
    URI staged = URI.create(authorityOf(layout.path()));
    URI published = URI.create(authorityOf(directory));
    if (!staged.equals(published)) {
      throw new WeftException(
          ErrorCode.DATA,
          "The partition "
              + partitionName
              + " of "
              + name
              + " lies on "
              + published
              + " and the table on "
              + staged
              + "; files cannot be moved between file systems in one step");
    }
  }

  private static String authorityOf(String path) {
    int slashes = path.indexOf("://");
    int end = slashes < 0 ? 0 : path.indexOf('/', slashes + 3);
    return end < 0 ? path : path.substring(0, end) + "/";
  }

  /** Puts what lies in the directory, and who put it there last, into a partition's parameters. */
  private void countOutput(
      Map<String, String> parameters, String directory, List<StagedFile> added, String marker)
      throws IOException {
    long count = 0;
    long bytes = 0;
    for (FileStatus file : files.list(directory)) {
      if (!file.directory() && !DirectoryLister.hidden(file.name())) {
        count++;
        bytes += file.length();
      }
    }
    long records = added.stream().mapToLong(StagedFile::records).sum();
    String before = parameters.get("numRows");
    boolean fresh = count == added.size();
    if (fresh) {
      parameters.put("numRows", Long.toString(records));
    } else if (before != null && before.matches("\\d{1,18}")) {
      parameters.put("numRows", Long.toString(Long.parseLong(before) + records));
    } else {
      parameters.remove("numRows");
    }
    parameters.put("numFiles", Long.toString(count));
    parameters.put("totalSize", Long.toString(bytes));
    parameters.remove("rawDataSize");
    // Hive would answer queries from statistics that do not know the new rows.
    parameters.remove("COLUMN_STATS_ACCURATE");
    parameters.put(COMMIT_PARAMETER, marker);
  }

  private void writeSuccessFile(String directory) throws IOException {
    Map<String, String> parameters = target.table().parameters();
    String policy = parameters.getOrDefault("sink.partition-commit.policy.kind", "");
    if (!policy.contains("success-file")) {
      return;
    }
    String file = parameters.getOrDefault("sink.partition-commit.success-file.name", "_SUCCESS");
    try {
      files.create(directory + "/" + file).close();
    } catch (FileAlreadyExistsException e) {
      LOG.debug("{} has its success file already", directory);
    }
  }

  private Table currentTable() throws IOException {
    Table table = metastore.findTable(name).orElse(null);
    if (table == null && target.create() && !tableSeen) {
      metastore.createTable(TableMaker.tableFor(target.table()));
      LOG.info("Made the Hive table {}", name);
      table = metastore.findTable(name).orElse(null);
    }
    if (table == null) {
      throw changed("was dropped");
    }
    HiveTable now = TableLoader.of(table);
    HiveTable planned = target.table();
    if (!now.columns().equals(planned.columns())) {
      throw changed("has the columns " + now.columns() + " in place of " + planned.columns());
    }
    if (!now.partitionKeys().equals(planned.partitionKeys())) {
      throw changed("has the partition keys " + now.partitionKeys());
    }
    if (!now.location().equals(planned.location())) {
      throw changed("lies at " + now.location() + " in place of " + planned.location());
    }
    tableSeen = true;
    return table;
  }

  private WeftException changed(String how) {
    return new WeftException(
        ErrorCode.DATA,
        "The Hive table "
            + name
            + " changed while the job ran: it "
            + how
            + "; output of completed checkpoints waits at "
            + layout.stagingDirectory()
            + ", bring the table back and resume the job from its last checkpoint");
  }
}
