package dev.weft.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.hadoop.hive.metastore.api.ThriftHiveMetastore;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.transport.TSocket;

/** A Hive metastore as a process, on the class path of the sandbox. */
final class Metastore implements AutoCloseable {
  private static final String HOST = "127.0.0.1";

  private final Process process;
  private final int port;
  private final Path confDir;
  private final Path log;

  private Metastore(Process process, int port, Path confDir, Path log) {
    this.process = process;
    this.port = port;
    this.confDir = confDir;
    this.log = log;
  }

  /** Starts the process; {@link #awaitReady} waits until it serves. */
  static Metastore launch(Path dir, Path jars, MiniHadoop hadoop) throws IOException {
    int port = freePort();
    Path confDir = Files.createDirectories(dir.resolve("conf/hive"));
    Files.writeString(
        confDir.resolve("hive-site.xml"),
        "<configuration>\n"
            + property("hive.metastore.uris", "thrift://" + HOST + ":" + port)
            + property("hive.metastore.warehouse.dir", hadoop.defaultFs() + "/user/hive/warehouse")
            + "</configuration>\n");
    Path log = dir.resolve("metastore.log");
    ProcessBuilder builder =
        new ProcessBuilder(
            Distribution.java(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Djava.net.preferIPv4Stack=true",
            "-Dlog4j.configuration=sandbox-cli-log4j.properties",
            "-Dderby.system.durability=test",
            "-Dderby.stream.error.file=" + dir.resolve("derby.log"),
            "-Djava.io.tmpdir=" + dir,
            "-Dweft.sandbox.metastore.port=" + port,
            "-Dweft.sandbox.metastore.data=" + dir.resolve("metastore"),
            "-cp",
            hadoop.confDir() + ":" + jars + "/*",
            "dev.weft.sandbox.MetastoreMain");
    builder.directory(dir.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
    Processes.forgetHadoop(builder.environment());
    return new Metastore(builder.start(), port, confDir, log);
  }

  private static String property(String name, String value) {
    return "<property><name>" + name + "</name><value>" + value + "</value></property>\n";
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path confDir() {
    return confDir;
  }

  void awaitReady() {
    Await.until(
        "the metastore serves, see " + log,
        Duration.ofSeconds(90),
        () -> {
          if (!process.isAlive()) {
            throw new AssertionError("The metastore ended: " + Files.readString(log));
          }
          try {
            return call(client -> !client.get_all_databases().isEmpty());
          } catch (TException e) {
            return false;
          }
        });
  }

  /** A call of Hive's own Thrift client. */
  @FunctionalInterface
  interface Call<R> {
    /** Calls. */
    R call(ThriftHiveMetastore.Client client) throws TException;
  }

  /** Makes one call on a connection of its own. */
  <R> R call(Call<R> call) throws TException {
    try (TSocket socket = new TSocket(HOST, port, 20_000)) {
      socket.open();
      return call.call(new ThriftHiveMetastore.Client(new TBinaryProtocol(socket)));
    }
  }

  @Override
  public void close() {
    Processes.end(process);
  }
}
