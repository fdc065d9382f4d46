package dev.weft.sandbox;

import dev.weft.sandbox.Ports.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes the configuration that daemons and clients share. The directories are rewritten at every
 * start: they describe this sandbox and are no place for changes by hand.
 */
final class ConfigFiles {
  private final Layout layout;
  private final Map<Port, Integer> ports;

  ConfigFiles(Layout layout, Map<Port, Integer> ports) {
    this.layout = layout;
    this.ports = ports;
  }

  void write() {
    try {
      xml(layout.hadoopConf().resolve("core-site.xml"), core());
      xml(layout.hadoopConf().resolve("hdfs-site.xml"), hdfs());
      xml(layout.hadoopConf().resolve("yarn-site.xml"), yarn());
      xml(layout.hadoopConf().resolve("capacity-scheduler.xml"), scheduler());
      xml(layout.hiveConf().resolve("hive-site.xml"), hive());
      Files.writeString(
          layout.weftConf().resolve("config.yaml"),
          "high-availability.zookeeper.quorum: \""
              + at(Port.ZOOKEEPER)
              + "\"\n"
              // four workers and the ApplicationMaster fit on the two nodes
              + "jobmanager.memory.process.size: 1024m\n"
              + "taskmanager.memory.process.size: 1024m\n");
      Files.writeString(layout.run().resolve("zoo.cfg"), zooKeeper());
    } catch (IOException e) {
      throw new SandboxException(
          "Cannot write the configuration below " + layout.dir() + ": " + e + ".", e);
    }
  }

  String defaultFileSystem() {
    return "hdfs://" + at(Port.NAMENODE_RPC);
  }

  private String at(Port port) {
    return Ports.HOST + ":" + ports.get(port);
  }

  private Map<String, String> core() {
    Map<String, String> core = new LinkedHashMap<>();
    core.put("fs.defaultFS", defaultFileSystem());
    core.put("hadoop.tmp.dir", layout.data().resolve("tmp").toString());
    // daemons and clients start side by side: retry often rather than long
    core.put("ipc.client.connect.retry.interval", "250");
    core.put("ipc.client.connect.max.retries", "40");
    return core;
  }

  private Map<String, String> hdfs() {
    Map<String, String> hdfs = new LinkedHashMap<>();
    hdfs.put("dfs.replication", "1");
    hdfs.put("dfs.namenode.rpc-address", at(Port.NAMENODE_RPC));
    hdfs.put("dfs.namenode.http-address", at(Port.NAMENODE_WEB));
    hdfs.put("dfs.namenode.name.dir", layout.data().resolve("namenode").toUri().toString());
    hdfs.put("dfs.namenode.safemode.extension", "0");
    hdfs.put("dfs.namenode.safemode.recheck.interval", "100");
    hdfs.put("dfs.namenode.datanode.registration.ip-hostname-check", "false");
    hdfs.put("dfs.namenode.heartbeat.recheck-interval", "5000");
    hdfs.put("dfs.datanode.data.dir", layout.data().resolve("datanode").toUri().toString());
    hdfs.put("dfs.datanode.address", Ports.HOST + ":0");
    hdfs.put("dfs.datanode.http.address", Ports.HOST + ":0");
    hdfs.put("dfs.datanode.ipc.address", Ports.HOST + ":0");
    hdfs.put("dfs.datanode.hostname", Ports.HOST);
    hdfs.put("dfs.heartbeat.interval", "1");
    // what a killed process has written survives in the page cache; only a power cut could lose it
    hdfs.put("dfs.namenode.edits.noeditlogchannelflush", "true");
    // closing a file asks whether its last block was reported: ask soon, the data node is near
    hdfs.put("dfs.client.block.write.locateFollowingBlock.initial.delay.ms", "10");
    hdfs.put("dfs.client.block.write.locateFollowingBlock.retries", "11");
    return hdfs;
  }

  private Map<String, String> yarn() {
    Map<String, String> yarn = new LinkedHashMap<>();
    yarn.put("yarn.resourcemanager.hostname", Ports.HOST);
    yarn.put("yarn.resourcemanager.address", at(Port.RESOURCEMANAGER_CLIENT));
    yarn.put("yarn.resourcemanager.scheduler.address", at(Port.RESOURCEMANAGER_SCHEDULER));
    yarn.put("yarn.resourcemanager.resource-tracker.address", at(Port.RESOURCEMANAGER_TRACKER));
    yarn.put("yarn.resourcemanager.admin.address", at(Port.RESOURCEMANAGER_ADMIN));
    yarn.put("yarn.resourcemanager.webapp.address", at(Port.RESOURCEMANAGER_WEB));
    yarn.put("yarn.resourcemanager.nodemanagers.heartbeat-interval-ms", "100");
    yarn.put("yarn.resourcemanager.connect.retry-interval.ms", "500");
    yarn.put("yarn.resourcemanager.am.max-attempts", "4");
    yarn.put("yarn.resourcemanager.recovery.enabled", "true");
    yarn.put(
        "yarn.resourcemanager.store.class",
        "org.apache.hadoop.yarn.server.resourcemanager.recovery.FileSystemRMStateStore");
    yarn.put(
        "yarn.resourcemanager.fs.state-store.uri",
        layout.data().resolve("resourcemanager").toUri().toString());
    yarn.put(
        "yarn.resourcemanager.scheduler.class",
        "org.apache.hadoop.yarn.server.resourcemanager.scheduler.capacity.CapacityScheduler");
    yarn.put("yarn.nm.liveness-monitor.expiry-interval-ms", "20000");
    yarn.put("yarn.scheduler.minimum-allocation-mb", "128");
    yarn.put("yarn.scheduler.maximum-allocation-mb", "4096");
    yarn.put("yarn.scheduler.maximum-allocation-vcores", "8");
    yarn.put("yarn.log-aggregation-enable", "true");
    yarn.put("yarn.nodemanager.hostname", Ports.HOST);
    yarn.put("yarn.nodemanager.localizer.address", Ports.HOST + ":0");
    yarn.put("yarn.nodemanager.resource.memory-mb", "4096");
    yarn.put("yarn.nodemanager.resource.cpu-vcores", "8");
    yarn.put("yarn.nodemanager.vmem-check-enabled", "false");
    yarn.put("yarn.nodemanager.delete.debug-delay-sec", "0");
    yarn.put("yarn.nodemanager.log.retain-seconds", "1");
    yarn.put("yarn.nodemanager.localizer.cache.target-size-mb", "2048");
    // a disk that is nearly full is the user's affair, and no reason to have no nodes
    yarn.put("yarn.nodemanager.disk-health-checker.enable", "false");
    return yarn;
  }

  private static Map<String, String> scheduler() {
    Map<String, String> scheduler = new LinkedHashMap<>();
    scheduler.put("yarn.scheduler.capacity.root.queues", "default");
    scheduler.put("yarn.scheduler.capacity.root.default.capacity", "100");
    scheduler.put("yarn.scheduler.capacity.maximum-am-resource-percent", "0.8");
    return scheduler;
  }

  private Map<String, String> hive() {
    Map<String, String> hive = new LinkedHashMap<>();
    hive.put("hive.metastore.uris", "thrift://" + at(Port.METASTORE));
    hive.put("hive.metastore.warehouse.dir", defaultFileSystem() + "/user/hive/warehouse");
    return hive;
  }

  private String zooKeeper() {
    return String.join(
        "\n",
        "tickTime=1000",
        "maxSessionTimeout=120000",
        "dataDir=" + layout.data().resolve("zookeeper"),
        "clientPortAddress=" + Ports.HOST,
        "clientPort=" + ports.get(Port.ZOOKEEPER),
        "admin.enableServer=false",
        "4lw.commands.whitelist=srvr",
        "");
  }

  private static void xml(Path file, Map<String, String> properties) throws IOException {
    StringBuilder text = new StringBuilder("<?xml version=\"1.0\"?>\n<configuration>\n");
    properties.forEach(
        (key, value) ->
            text.append("  <property><name>")
                .append(key)
                .append("</name><value>")
                .append(escape(value))
                .append("</value></property>\n"));
    Files.writeString(file, text.append("</configuration>\n"));
  }

  private static String escape(String value) {
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
