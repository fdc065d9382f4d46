package dev.weft.connectors.hive.table;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.hive.metastore.api.AddPartitionsRequest;
import org.apache.hadoop.hive.metastore.api.AlreadyExistsException;
import org.apache.hadoop.hive.metastore.api.Database;
import org.apache.hadoop.hive.metastore.api.EnvironmentContext;
import org.apache.hadoop.hive.metastore.api.GetTableRequest;
import org.apache.hadoop.hive.metastore.api.NoSuchObjectException;
import org.apache.hadoop.hive.metastore.api.Partition;
import org.apache.hadoop.hive.metastore.api.Table;
import org.apache.hadoop.hive.metastore.api.ThriftHiveMetastore;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.thrift.TApplicationException;
import org.apache.thrift.TConfiguration;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TProtocolException;
import org.apache.thrift.transport.TSocket;
import org.apache.thrift.transport.TTransportException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metastore over Thrift, of versions 2.3 to 4. Reading calls are repeated, at each address in
 * turn, for as long as the configuration says; changing calls are made once, and when their reply
 * is lost the caller has to look. Blocks; used by one thread at a time.
 */
public final class MetastoreClient implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(MetastoreClient.class);
  private static final int MESSAGE_BYTES_MAX = 1 << 30;
  private static final int CONNECT_TIMEOUT_MILLIS = 10_000;
  private static final int PARTITIONS_PER_CALL = 300;
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long PAUSE_MILLIS_MAX = 3_000;
  private static final EnvironmentContext KEEP_STATS = keepStatistics();

  private final HiveConfiguration configuration;
  private TSocket socket;
  private ThriftHiveMetastore.Client client;
  private int addressIndex;
  private boolean withoutRequests;

  /** A client that connects when it is first used. */
  public MetastoreClient(HiveConfiguration configuration) {
    this.configuration = configuration;
  }

  /** A table, or empty when there is none. */
  public Optional<Table> findTable(TableName name) throws MetastoreException {
    try {
      return Optional.of(read("get table " + name, () -> loadTable(name)));
    } catch (NoSuchObjectException e) {
      return Optional.empty();
    }
  }

  /** The names of a database's tables. */
  public List<String> tableNames(String database) throws MetastoreException {
    return readPresent("list the tables of " + database, () -> client.get_all_tables(database));
  }

  /** The names of all databases. */
  public List<String> databaseNames() throws MetastoreException {
    return readPresent("list the databases", () -> client.get_all_databases());
  }

  /** A database, or empty when there is none. */
  public Optional<Database> findDatabase(String name) throws MetastoreException {
    try {
      return Optional.of(read("get database " + name, () -> client.get_database(name)));
    } catch (NoSuchObjectException e) {
      return Optional.empty();
    }
  }

  /** The names of a table's partitions. */
  public List<String> partitionNames(TableName table) throws MetastoreException {
    return readPresent(
        "list the partitions of " + table,
        () -> client.get_partition_names(table.database(), table.table(), (short) -1));
  }

  /** Those of the named partitions that exist, in no promised order. */
  public List<Partition> partitions(TableName table, List<String> names) throws MetastoreException {
    List<Partition> found = new ArrayList<>();
    for (int from = 0; from < names.size(); from += PARTITIONS_PER_CALL) {
      List<String> some = names.subList(from, Math.min(names.size(), from + PARTITIONS_PER_CALL));
      found.addAll(
          readPresent(
              "get partitions of " + table,
              () -> client.get_partitions_by_names(table.database(), table.table(), some)));
    }
    return found;
  }

  /** Creates a table; nothing happens when one of this name exists. */
  public void createTable(Table table) throws MetastoreException {
    try {
      change(
          "create table " + table.getDbName() + "." + table.getTableName(),
          () -> client.create_table(table));
    } catch (AlreadyExistsException e) {
      LOG.info("Table {}.{} exists already", table.getDbName(), table.getTableName());
    } catch (TException e) {
      throw failed("create table " + table.getDbName() + "." + table.getTableName(), e);
    }
  }

  /** Adds those of the partitions that do not exist. */
  public void addPartitions(TableName table, List<Partition> partitions) throws MetastoreException {
    String what = "add partitions to " + table;
    for (int from = 0; from < partitions.size(); from += PARTITIONS_PER_CALL) {
      List<Partition> some =
          partitions.subList(from, Math.min(partitions.size(), from + PARTITIONS_PER_CALL));
      AddPartitionsRequest request =
          new AddPartitionsRequest(table.database(), table.table(), some, true);
      request.setNeedResult(false);
      try {
        change(what, () -> client.add_partitions_req(request));
      } catch (TException e) {
        throw failed(what, e);
      }
    }
  }

  /** Replaces what the metastore knows of existing partitions. */
  public void alterPartitions(TableName table, List<Partition> partitions)
      throws MetastoreException {
    String what = "alter partitions of " + table;
    for (int from = 0; from < partitions.size(); from += PARTITIONS_PER_CALL) {
      List<Partition> some =
          partitions.subList(from, Math.min(partitions.size(), from + PARTITIONS_PER_CALL));
      try {
        change(
            what,
            () ->
                client.alter_partitions_with_environment_context(
                    table.database(), table.table(), some, KEEP_STATS));
      } catch (TException e) {
        throw failed(what, e);
      }
    }
  }

  /** Replaces what the metastore knows of a table. */
  public void alterTable(Table table) throws MetastoreException {
    String what = "alter table " + table.getDbName() + "." + table.getTableName();
    try {
      change(
          what,
          () ->
              client.alter_table_with_environment_context(
                  table.getDbName(), table.getTableName(), table, KEEP_STATS));
    } catch (TException e) {
      throw failed(what, e);
    }
  }

  @Override
  public void close() {
    if (socket != null) {
      socket.close();
      socket = null;
      client = null;
    }
  }

  private Table loadTable(TableName name) throws TException {
    if (!withoutRequests) {
      try {
        return client.get_table_req(new GetTableRequest(name.database(), name.table())).getTable();
      } catch (TApplicationException e) {
        if (e.getType() != TApplicationException.UNKNOWN_METHOD) {
          throw e;
        }
        // Metastores before 3.0 know only the call that those from 4.0 on no longer know.
        withoutRequests = true;
      }
    }
    return client.get_table(name.database(), name.table());
  }

  private <T> T readPresent(String what, Call<T> call) throws MetastoreException {
    try {
      return read(what, call);
    } catch (NoSuchObjectException e) {
      throw failed(what, e);
    }
  }

  /** Makes a call that may be repeated. */
  private <T> T read(String what, Call<T> call) throws MetastoreException, NoSuchObjectException {
    long started = System.nanoTime();
    long pause = FIRST_PAUSE_MILLIS;
    while (true) {
      try {
        connect();
        return call.run();
      } catch (NoSuchObjectException e) {
        throw e;
      } catch (TTransportException | TProtocolException e) {
        disconnect();
        long spent = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
        if (spent + pause > configuration.retryMillis()) {
          throw unreachable(what, spent, e);
        }
        LOG.warn("The metastore failed to {}: {}; trying again", what, describe(e));
        sleep(pause, what, e);
        pause = Math.min(PAUSE_MILLIS_MAX, pause * 2);
      } catch (TException e) {
        throw failed(what, e);
      }
    }
  }

  /** Makes a call that must not be repeated blindly; only connecting is repeated. */
  private void change(String what, Change call) throws MetastoreException, TException {
    try {
      // A cheap read tells a dead connection from a live one before anything is changed.
      read(what, () -> client.getStatus());
    } catch (NoSuchObjectException e) {
      throw failed(what, e);
    }
    try {
      call.run();
    } catch (TTransportException | TProtocolException e) {
      disconnect();
      throw new MetastoreException(
          "The metastore did not answer to '"
              + what
              + "', so whether it happened is unknown: "
              + describe(e),
          e);
    }
  }

  private void connect() throws TTransportException {
    if (client != null) {
      return;
    }
    TTransportException failure = null;
    for (int i = 0; i < configuration.uris().size(); i++) {
      URI uri = configuration.uris().get(addressIndex);
      try {
        connect(uri);
        return;
      } catch (TTransportException e) {
        failure = new TTransportException(e.getType(), uri + ": " + describe(e), e);
        disconnect();
      }
    }
    throw failure;
  }

  private void connect(URI uri) throws TTransportException {
    TConfiguration limits = new TConfiguration(MESSAGE_BYTES_MAX, MESSAGE_BYTES_MAX, 64);
    socket =
        new TSocket(
            limits,
            uri.getHost(),
            uri.getPort(),
            configuration.socketTimeoutMillis(),
            CONNECT_TIMEOUT_MILLIS);
    socket.open();
    client = new ThriftHiveMetastore.Client(new TBinaryProtocol(socket));
    tellUser();
  }

  /** Tells the metastore whose directories it makes; one that does not want to know goes on. */
  private void tellUser() throws TTransportException {
    try {
      UserGroupInformation user = UserGroupInformation.getCurrentUser();
      client.set_ugi(user.getShortUserName(), Arrays.asList(user.getGroupNames()));
    } catch (TTransportException e) {
      throw e;
    } catch (IOException | TException e) {
      LOG.debug("The metastore did not take the user's name", e);
    }
  }

  private void disconnect() {
    close();
    addressIndex = (addressIndex + 1) % configuration.uris().size();
  }

  private MetastoreException unreachable(String what, long spentMillis, Exception cause) {
    return new MetastoreException(
        "The Hive metastore did not answer ("
            + describe(cause)
            + ") when asked to "
            + what
            + ", tried for "
            + (spentMillis + 500) / 1000
            + " s at "
            + configuration.uris()
            + "; start it, or correct hive.metastore.uris in "
            + configuration.origin(),
        cause);
  }

  private MetastoreException failed(String what, Exception cause) {
    return new MetastoreException(
        "The Hive metastore at "
            + configuration.uris()
            + " could not "
            + what
            + ": "
            + describe(cause),
        cause);
  }

  private static String describe(Exception e) {
    Throwable root = e;
    while (root.getCause() != null && root.getMessage() == null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return message == null
        ? root.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }

  private void sleep(long millis, String what, Exception cause) throws MetastoreException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MetastoreException("Interrupted while waiting to " + what, cause);
    }
  }

  private static EnvironmentContext keepStatistics() {
    EnvironmentContext context = new EnvironmentContext();
    context.setProperties(Map.of("DO_NOT_UPDATE_STATS", "true"));
    return context;
  }

  /** The failure as one that ends the job's planning. */
  public static WeftException asDependencyFailure(MetastoreException e) {
    return new WeftException(ErrorCode.DEPENDENCY, e.getMessage(), e);
  }

  @FunctionalInterface
  private interface Call<T> {
    T run() throws TException;
  }

  @FunctionalInterface
  private interface Change {
    void run() throws TException;
  }
}
