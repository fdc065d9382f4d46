package dev.weft.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.sandbox.Ports.Port;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFilesTest {
  @TempDir Path dir;
  private Layout layout;
  private Map<Port, Integer> ports;

  @BeforeEach
  void write() {
    layout = new Layout(dir.resolve("a & b"));
    layout.createDirectories();
    ports = Ports.choose(Map.of(), new Random(1), number -> true);
    new ConfigFiles(layout, ports).write();
  }

  private static Configuration read(Path directory, String name) {
    Configuration conf = new Configuration(false);
    conf.addResource(new org.apache.hadoop.fs.Path(directory.resolve(name).toUri()));
    return conf;
  }

  @Test
  void clientsFindTheNameNode() {
    assertEquals(
        "hdfs://127.0.0.1:" + ports.get(Port.NAMENODE_RPC),
        read(layout.hadoopConf(), "core-site.xml").get("fs.defaultFS"));
  }

  @Test
  void everyAddressIsOnLoopback() {
    for (String name : new String[] {"core-site.xml", "hdfs-site.xml", "yarn-site.xml"}) {
      for (Map.Entry<String, String> entry : read(layout.hadoopConf(), name)) {
        if (entry.getKey().endsWith("address")) {
          assertTrue(entry.getValue().startsWith("127.0.0.1:"), entry.toString());
        }
      }
    }
  }

  @Test
  void pathsWithSpecialCharactersSurvive() {
    assertEquals(
        layout.data().resolve("tmp").toString(),
        read(layout.hadoopConf(), "core-site.xml").get("hadoop.tmp.dir"));
  }

  @Test
  void hiveClientsFindTheMetastore() {
    assertEquals(
        "thrift://127.0.0.1:" + ports.get(Port.METASTORE),
        read(layout.hiveConf(), "hive-site.xml").get("hive.metastore.uris"));
  }

  @Test
  void weftFindsZooKeeperAndFitsOntoTheNodes() throws Exception {
    assertEquals(
        "high-availability.zookeeper.quorum: \"127.0.0.1:"
            + ports.get(Port.ZOOKEEPER)
            + "\"\n"
            + "jobmanager.memory.process.size: 1024m\n"
            + "taskmanager.memory.process.size: 1024m\n",
        Files.readString(layout.weftConf().resolve("config.yaml")));
  }

  @Test
  void zooKeeperListensOnLoopbackOnly() throws Exception {
    String text = Files.readString(layout.run().resolve("zoo.cfg"));
    assertTrue(text.contains("clientPortAddress=127.0.0.1\n"), text);
    assertTrue(text.contains("admin.enableServer=false\n"), text);
  }
}
