package dev.weft.sandbox;

import dev.weft.sandbox.Ports.Port;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The processes of the sandbox. Each is one JVM; the order is the order in which they start. */
public enum Daemon {
  NAMENODE("dev.weft.sandbox.NameNodeMain", 256, Port.NAMENODE_RPC, Port.NAMENODE_WEB),
  METASTORE("dev.weft.sandbox.MetastoreMain", 256, Port.METASTORE),
  RESOURCEMANAGER(
      "org.apache.hadoop.yarn.server.resourcemanager.ResourceManager",
      256,
      Port.RESOURCEMANAGER_CLIENT,
      Port.RESOURCEMANAGER_SCHEDULER,
      Port.RESOURCEMANAGER_TRACKER,
      Port.RESOURCEMANAGER_ADMIN,
      Port.RESOURCEMANAGER_WEB),
  NODEMANAGER_1(
      "org.apache.hadoop.yarn.server.nodemanager.NodeManager",
      192,
      Port.NODEMANAGER_1,
      Port.NODEMANAGER_1_WEB),
  NODEMANAGER_2(
      "org.apache.hadoop.yarn.server.nodemanager.NodeManager",
      192,
      Port.NODEMANAGER_2,
      Port.NODEMANAGER_2_WEB),
  DATANODE("org.apache.hadoop.hdfs.server.datanode.DataNode", 192),
  ZOOKEEPER("org.apache.zookeeper.server.ZooKeeperServerMain", 128, Port.ZOOKEEPER);

  private final String mainClass;
  private final int heapMegabytes;
  private final List<Port> ports;

  Daemon(String mainClass, int heapMegabytes, Port... ports) {
    this.mainClass = mainClass;
    this.heapMegabytes = heapMegabytes;
    this.ports = List.of(ports);
  }

  /** The name that people see: lower case, with a dash. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String mainClass() {
    return mainClass;
  }

  int heapMegabytes() {
    return heapMegabytes;
  }

  List<Port> ports() {
    return ports;
  }

  boolean isNodeManager() {
    return this == NODEMANAGER_1 || this == NODEMANAGER_2;
  }

  /** Whether the daemon works on behalf of YARN: these stop before the file system does. */
  boolean isYarn() {
    return this == RESOURCEMANAGER || isNodeManager();
  }

  /** JVM system properties beyond the common ones. */
  List<String> systemProperties(Layout layout, Map<Port, Integer> ports) {
    return switch (this) {
      case METASTORE ->
          List.of(
              "-Dweft.sandbox.metastore.port=" + ports.get(Port.METASTORE),
              "-Dweft.sandbox.metastore.data=" + layout.data().resolve("metastore"),
              "-Dderby.system.durability=test",
              "-Dderby.stream.error.file=" + layout.logs().resolve("derby.log"));
      // neither waits for the disk: their data need survive a killed process, not a power cut
      case ZOOKEEPER -> List.of("-Dzookeeper.jmx.log4j.disable=true", "-Dzookeeper.forceSync=no");
      default -> List.of();
    };
  }

  /** Program arguments. */
  List<String> arguments(Layout layout, Map<Port, Integer> ports) {
    return switch (this) {
      case ZOOKEEPER -> List.of(layout.run().resolve("zoo.cfg").toString());
      case NODEMANAGER_1 ->
          nodeArguments(layout, ports, Port.NODEMANAGER_1, Port.NODEMANAGER_1_WEB);
      case NODEMANAGER_2 ->
          nodeArguments(layout, ports, Port.NODEMANAGER_2, Port.NODEMANAGER_2_WEB);
      default -> List.of();
    };
  }

  private List<String> nodeArguments(Layout layout, Map<Port, Integer> ports, Port rpc, Port web) {
    String root = layout.yarn().resolve(label()).toString();
    return List.of(
        "-D",
        "yarn.nodemanager.address=" + Ports.HOST + ":" + ports.get(rpc),
        "-D",
        "yarn.nodemanager.webapp.address=" + Ports.HOST + ":" + ports.get(web),
        "-D",
        "yarn.nodemanager.local-dirs=" + root + "/local",
        "-D",
        "yarn.nodemanager.log-dirs=" + root + "/logs");
  }

  /** The daemons that stop in the first wave, or those of the second. */
  static Set<Daemon> wave(boolean first) {
    Set<Daemon> wave = new java.util.LinkedHashSet<>();
    for (Daemon daemon : values()) {
      if (daemon.isYarn() == first) {
        wave.add(daemon);
      }
    }
    return wave;
  }
}
