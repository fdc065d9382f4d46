package dev.weft.itests;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;

/** HDFS with one DataNode and YARN with two NodeManagers, in this process. */
final class MiniHadoop implements AutoCloseable {
  private static final int NODE_MANAGERS = 2;
  private static final String NODE_MEGABYTES = "3072";

  /** MiniDFS names a class that is only here. */
  private static final String TOPOLOGY = "net.topology.node.switch.mapping.impl";

  private final MiniDFSCluster hdfs;
  private final MiniYARNCluster yarn;
  private final Configuration clients;
  private final Path confDir;

  private MiniHadoop(
      MiniDFSCluster hdfs, MiniYARNCluster yarn, Configuration clients, Path confDir) {
    this.hdfs = hdfs;
    this.yarn = yarn;
    this.clients = clients;
    this.confDir = confDir;
  }

  /** Starts both below a directory and writes a {@code HADOOP_CONF_DIR} that points to them. */
  static MiniHadoop start(Path dir) throws IOException {
    Configuration base = new Configuration();
    base.set("hadoop.tmp.dir", dir.resolve("tmp").toString());
    base.set("dfs.replication", "1");
    base.set("dfs.client.block.write.locateFollowingBlock.initial.delay.ms", "10");
    base.set("dfs.client.block.write.locateFollowingBlock.retries", "11");
    MiniDFSCluster hdfs =
        new MiniDFSCluster.Builder(base, dir.resolve("hdfs").toFile()).numDataNodes(1).build();
    hdfs.waitActive();
    Configuration conf = yarnConfiguration(base);
    conf.set("fs.defaultFS", hdfs.getFileSystem().getUri().toString());
    conf.unset(TOPOLOGY);
    MiniYARNCluster yarn = new MiniYARNCluster("yarn", 1, NODE_MANAGERS, 1, 1);
    yarn.init(conf);
    yarn.start();
    Configuration clients = new Configuration(yarn.getConfig());
    clients.unset(TOPOLOGY);
    Path confDir = Files.createDirectories(dir.resolve("conf/hadoop"));
    write(clients, confDir);
    return new MiniHadoop(hdfs, yarn, clients, confDir);
  }

  private static Configuration yarnConfiguration(Configuration base) {
    Configuration conf = new YarnConfiguration(base);
    conf.set("yarn.minicluster.yarn.nodemanager.resource.memory-mb", NODE_MEGABYTES);
    conf.set("yarn.nodemanager.vmem-check-enabled", "false");
    conf.set("yarn.nodemanager.delete.debug-delay-sec", "0");
    conf.set("yarn.nodemanager.log.retain-seconds", "1");
    conf.set("yarn.nodemanager.disk-health-checker.enable", "false");
    conf.set("yarn.resourcemanager.am.max-attempts", "10");
    conf.set("yarn.resourcemanager.nodemanagers.heartbeat-interval-ms", "100");
    conf.set("yarn.resourcemanager.connect.retry-interval.ms", "500");
    conf.set("yarn.scheduler.minimum-allocation-mb", "128");
    conf.set(
        "yarn.resourcemanager.scheduler.class",
        "org.apache.hadoop.yarn.server.resourcemanager.scheduler.capacity.CapacityScheduler");
    return conf;
  }

  /** Writes what is not Hadoop's default. */
  private static void write(Configuration clients, Path confDir) throws IOException {
    Configuration defaults = new YarnConfiguration();
    Configuration difference = new Configuration(false);
    for (Map.Entry<String, String> entry : clients) {
      if (!entry.getValue().equals(defaults.getRaw(entry.getKey()))) {
        difference.set(entry.getKey(), entry.getValue());
      }
    }
    try (OutputStream out = Files.newOutputStream(confDir.resolve("core-site.xml"))) {
      difference.writeXml(out);
    }
    Configuration site = new Configuration(false);
    for (Map.Entry<String, String> entry : difference) {
      if (entry.getKey().startsWith("yarn.")) {
        site.set(entry.getKey(), entry.getValue());
      }
    }
    try (OutputStream out = Files.newOutputStream(confDir.resolve("yarn-site.xml"))) {
      site.writeXml(out);
    }
  }

  /** What a client of both needs. */
  Configuration configuration() {
    return clients;
  }

  Path confDir() {
    return confDir;
  }

  /** The name of the file system, without a slash at its end. */
  String defaultFs() {
    return clients.get("fs.defaultFS");
  }

  FileSystem files() throws IOException {
    return FileSystem.get(clients);
  }

  @Override
  public void close() {
    yarn.stop();
    hdfs.shutdown(true);
  }
}
