package dev.weft.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingServer;

/** HDFS, YARN, ZooKeeper, a Hive metastore, and a distribution that is configured for them. */
final class TestCluster implements AutoCloseable {
  private final MiniHadoop hadoop;
  private final Metastore metastore;
  private final TestingServer zooKeeper;
  private final Distribution distribution;
  private final Path dir;

  private TestCluster(
      Path dir,
      MiniHadoop hadoop,
      Metastore metastore,
      TestingServer zooKeeper,
      Distribution distribution) {
    this.dir = dir;
    this.hadoop = hadoop;
    this.metastore = metastore;
    this.zooKeeper = zooKeeper;
    this.distribution = distribution;
  }

  static TestCluster start() {
    Path dir = property("weft.itests.dir");
    List<AutoCloseable> started = new ArrayList<>();
    try {
      delete(dir);
      Files.createDirectories(dir);
      Process unpacking =
          Distribution.unpack(property("weft.itests.tarball"), dir.resolve("install"));
      started.add(unpacking::destroy);
      MiniHadoop hadoop = MiniHadoop.start(dir);
      started.add(hadoop);
      Metastore metastore = Metastore.launch(dir, property("weft.itests.metastore"), hadoop);
      started.add(metastore);
      TestingServer zooKeeper = new TestingServer(zooKeeperSpec(dir), true);
      started.add(zooKeeper);
      if (unpacking.waitFor() != 0) {
        throw new IOException("tar failed with exit code " + unpacking.exitValue());
      }
      Path conf = Files.createDirectories(dir.resolve("conf/weft"));
      Distribution distribution =
          Distribution.in(
              dir.resolve("install"),
              Map.of(
                  "HADOOP_CONF_DIR", hadoop.confDir().toString(),
                  "HIVE_CONF_DIR", metastore.confDir().toString(),
                  "WEFT_CONF_DIR", conf.toString()));
      configure(distribution.home().resolve("conf"), conf, zooKeeper.getConnectString());
      metastore.awaitReady();
      return new TestCluster(dir, hadoop, metastore, zooKeeper, distribution);
    } catch (Exception e) {
      started.sort(Comparator.comparing(started::indexOf).reversed());
      for (AutoCloseable closeable : started) {
        try {
          closeable.close();
        } catch (Exception further) {
          e.addSuppressed(further);
        }
      }
      throw new IllegalStateException("The test cluster does not start", e);
    }
  }

  private static Path property(String name) {
    String value = System.getProperty(name);
    if (value == null) {
      throw new IllegalStateException("The system property " + name + " is missing; use Maven");
    }
    return Path.of(value).toAbsolutePath().normalize();
  }

  private static InstanceSpec zooKeeperSpec(Path dir) {
    Map<String, Object> loopback = new HashMap<>();
    loopback.put("clientPortAddress", "127.0.0.1");
    return new InstanceSpec(
        dir.resolve("zookeeper").toFile(), -1, -1, -1, true, -1, 1000, -1, loopback, "127.0.0.1");
  }

  /** The configuration of the distribution, with little memory and free ports. */
  private static void configure(Path from, Path to, String quorum) throws IOException {
    try (var files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.writeString(
        to.resolve("config.yaml"),
        String.join(
            "\n",
            "jobmanager.rpc.address: 127.0.0.1",
            "jobmanager.rpc.port: " + Metastore.freePort(),
            "rest.port: " + Metastore.freePort(),
            "jobmanager.memory.process.size: 512m",
            "taskmanager.memory.process.size: 512m",
            "taskmanager.numberOfTaskSlots: 2",
            "high-availability.zookeeper.quorum: \"" + quorum + "\"",
            "env.java.opts.all: -XX:TieredStopAtLevel=1",
            "env.java.opts.client: -XX:TieredStopAtLevel=1",
            ""));
  }

  static void delete(Path path) {
    if (!Files.exists(path)) {
      return;
    }
    try (var paths = Files.walk(path)) {
      for (Path each : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  MiniHadoop hadoop() {
    return hadoop;
  }

  Metastore metastore() {
    return metastore;
  }

  Distribution distribution() {
    return distribution;
  }

  String zooKeeperQuorum() {
    return zooKeeper.getConnectString();
  }

  /** A new directory for files of a test on this machine. */
  Path scratch(String name) {
    try {
      return Files.createDirectories(dir.resolve("scratch").resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws Exception {
    zooKeeper.close();
    metastore.close();
    hadoop.close();
  }
}
