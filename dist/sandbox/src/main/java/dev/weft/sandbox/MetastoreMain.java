package dev.weft.sandbox;

import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hive.metastore.HiveMetaStore;
import org.apache.hadoop.hive.metastore.RetryingHMSHandler;
import org.apache.hadoop.hive.metastore.TSetIpAddressProcessor;
import org.apache.hadoop.hive.metastore.conf.MetastoreConf;
import org.apache.hadoop.hive.metastore.conf.MetastoreConf.ConfVars;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.server.TServer;
import org.apache.thrift.server.TThreadPoolServer;
import org.apache.thrift.transport.TServerSocket;

/**
 * A Hive metastore over an embedded Derby database, on loopback. The metastore's own main binds
 * every interface and cannot be told otherwise, and it lives on when its start fails; so this one
 * puts its handler behind a server of its own.
 */
public final class MetastoreMain {
  private static final int THREADS_MAX = 64;

  private MetastoreMain() {}

  /** Runs until the process is ended. */
  public static void main(String[] args) {
    try {
      serve();
    } catch (Throwable failure) {
      System.err.println("The metastore failed to start");
      failure.printStackTrace();
      Runtime.getRuntime().halt(1);
    }
  }

  private static void serve() throws Exception {
    Configuration conf = configuration(System.getProperty("weft.sandbox.metastore.data"));
    var handler = new HiveMetaStore.HMSHandler("sandbox", conf, false);
    var proxy = RetryingHMSHandler.getProxy(conf, handler, true);
    int port = Integer.getInteger("weft.sandbox.metastore.port");
    var socket = new TServerSocket(new InetSocketAddress(Ports.HOST, port));
    TServer server =
        new TThreadPoolServer(
            new TThreadPoolServer.Args(socket)
                .processor(new TSetIpAddressProcessor<>(proxy))
                .protocolFactory(new TBinaryProtocol.Factory())
                .maxWorkerThreads(THREADS_MAX)
                .requestTimeout(20)
                .requestTimeoutUnit(TimeUnit.SECONDS));
    server.serve();
  }

  static Configuration configuration(String data) {
    Configuration conf = MetastoreConf.newMetastoreConf();
    MetastoreConf.setVar(
        conf, ConfVars.CONNECT_URL_KEY, "jdbc:derby:;databaseName=" + data + ";create=true");
    MetastoreConf.setBoolVar(conf, ConfVars.AUTO_CREATE_ALL, true);
    MetastoreConf.setBoolVar(conf, ConfVars.SCHEMA_VERIFICATION, false);
    // the defaults of these two name classes of Hive's query engine
    MetastoreConf.setVar(
        conf,
        ConfVars.EXPRESSION_PROXY_CLASS,
        "org.apache.hadoop.hive.metastore.DefaultPartitionExpressionProxy");
    MetastoreConf.setVar(
        conf,
        ConfVars.TASK_THREADS_ALWAYS,
        "org.apache.hadoop.hive.metastore.events.EventCleanerTask");
    MetastoreConf.setVar(
        conf, ConfVars.WAREHOUSE, conf.get("fs.defaultFS") + "/user/hive/warehouse");
    return conf;
  }
}
