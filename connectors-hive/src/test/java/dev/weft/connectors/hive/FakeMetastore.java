package dev.weft.connectors.hive;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.hive.metastore.api.AddPartitionsRequest;
import org.apache.hadoop.hive.metastore.api.AddPartitionsResult;
import org.apache.hadoop.hive.metastore.api.AlreadyExistsException;
import org.apache.hadoop.hive.metastore.api.Database;
import org.apache.hadoop.hive.metastore.api.EnvironmentContext;
import org.apache.hadoop.hive.metastore.api.GetTableRequest;
import org.apache.hadoop.hive.metastore.api.GetTableResult;
import org.apache.hadoop.hive.metastore.api.NoSuchObjectException;
import org.apache.hadoop.hive.metastore.api.Partition;
import org.apache.hadoop.hive.metastore.api.Table;
import org.apache.hadoop.hive.metastore.api.ThriftHiveMetastore;
import org.apache.thrift.TApplicationException;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.server.TServer;
import org.apache.thrift.server.TThreadPoolServer;
import org.apache.thrift.transport.TServerSocket;
import org.apache.thrift.transport.TTransportException;

/** The calls of a metastore that the connector makes, in memory, over Thrift on loopback. */
final class FakeMetastore implements AutoCloseable {
  private final TServer server;
  private final Thread thread;
  private final int port;

  final Map<String, Database> databases = new LinkedHashMap<>();
  final Map<String, Table> tables = new LinkedHashMap<>();
  final Map<String, Map<String, Partition>> partitions = new LinkedHashMap<>();
  final List<String> calls = new ArrayList<>();

  /** This call's next reply is lost after it was carried out. */
  String loseReplyOf;

  /** Behaves as a metastore before 3.0. */
  boolean withoutRequests;

  FakeMetastore() throws TTransportException {
    TServerSocket socket = new TServerSocket(new InetSocketAddress("127.0.0.1", 0));
    port = socket.getServerSocket().getLocalPort();
    ThriftHiveMetastore.Iface calls =
        (ThriftHiveMetastore.Iface)
            Proxy.newProxyInstance(
                FakeMetastore.class.getClassLoader(),
                new Class<?>[] {ThriftHiveMetastore.Iface.class},
                (proxy, method, arguments) -> handle(method, arguments));
    server =
        new TThreadPoolServer(
            new TThreadPoolServer.Args(socket)
                .processor(new ThriftHiveMetastore.Processor<>(calls))
                .protocolFactory(new TBinaryProtocol.Factory()));
    thread = new Thread(server::serve, "fake-metastore");
    thread.setDaemon(true);
    thread.start();
  }

  String uri() {
    return "thrift://127.0.0.1:" + port;
  }

  void addTable(Table table) {
    tables.put(table.getDbName() + "." + table.getTableName(), table);
    partitions.put(table.getDbName() + "." + table.getTableName(), new LinkedHashMap<>());
  }

  @Override
  public void close() throws InterruptedException {
    server.stop();
    thread.join();
  }

  private synchronized Object handle(Method method, Object[] arguments) throws Throwable {
    calls.add(method.getName());
    Object result;
    try {
      Method own = null;
      for (Method candidate : FakeMetastore.class.getDeclaredMethods()) {
        if (candidate.getName().equals(method.getName())) {
          own = candidate;
        }
      }
      if (own == null) {
        throw new TApplicationException(
            TApplicationException.UNKNOWN_METHOD,
            "Invalid method name: '" + method.getName() + "'");
      }
      result = own.invoke(this, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
    if (method.getName().equals(loseReplyOf)) {
      loseReplyOf = null;
      throw new TTransportException("reply lost on purpose");
    }
    return result;
  }

  com.facebook.fb303.fb_status getStatus() {
    return com.facebook.fb303.fb_status.ALIVE;
  }

  List<String> set_ugi(String user, List<String> groups) {
    return groups;
  }

  List<String> get_all_databases() {
    return new ArrayList<>(databases.keySet());
  }

  Database get_database(String name) throws TException {
    if (!databases.containsKey(name)) {
      throw new NoSuchObjectException(name);
    }
    return databases.get(name);
  }

  List<String> get_all_tables(String database) {
    return tables.values().stream()
        .filter(table -> table.getDbName().equals(database))
        .map(Table::getTableName)
        .toList();
  }

  GetTableResult get_table_req(GetTableRequest request) throws TException {
    if (withoutRequests) {
      throw new TApplicationException(
          TApplicationException.UNKNOWN_METHOD, "Invalid method name: 'get_table_req'");
    }
    return new GetTableResult(get_table(request.getDbName(), request.getTblName()));
  }

  Table get_table(String database, String name) throws TException {
    Table table = tables.get(database + "." + name);
    if (table == null) {
      throw new NoSuchObjectException(database + "." + name + " table not found");
    }
    return table.deepCopy();
  }

  void create_table(Table table) throws TException {
    if (tables.containsKey(table.getDbName() + "." + table.getTableName())) {
      throw new AlreadyExistsException(table.getTableName());
    }
    addTable(table);
  }

  void alter_table_with_environment_context(
      String database, String name, Table table, EnvironmentContext context) {
    tables.put(database + "." + name, table);
  }

  List<String> get_partition_names(String database, String table, short max) {
    return new ArrayList<>(partitions.get(database + "." + table).keySet());
  }

  List<Partition> get_partitions_by_names(String database, String table, List<String> names) {
    List<Partition> found = new ArrayList<>();
    for (String name : names) {
      Partition partition = partitions.get(database + "." + table).get(name);
      if (partition != null) {
        found.add(partition.deepCopy());
      }
    }
    return found;
  }

  AddPartitionsResult add_partitions_req(AddPartitionsRequest request) {
    String name = request.getDbName() + "." + request.getTblName();
    for (Partition partition : request.getParts()) {
      partitions.get(name).putIfAbsent(nameOf(tables.get(name), partition), partition);
    }
    return new AddPartitionsResult();
  }

  void alter_partitions_with_environment_context(
      String database, String table, List<Partition> changed, EnvironmentContext context) {
    String name = database + "." + table;
    for (Partition partition : changed) {
      partitions.get(name).replace(nameOf(tables.get(name), partition), partition);
    }
  }

  private static String nameOf(Table table, Partition partition) {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < table.getPartitionKeysSize(); i++) {
      name.append(i == 0 ? "" : "/")
          .append(table.getPartitionKeys().get(i).getName())
          .append('=')
          .append(
              partition
                  .getValues()
                  .get(i)
                  .replace("%", "%25")
                  .replace(":", "%3A")
                  .replace("/", "%2F"));
    }
    return name.toString();
  }
}
