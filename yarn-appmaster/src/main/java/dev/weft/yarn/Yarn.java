package dev.weft.yarn;

import dev.weft.api.config.Configuration;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.connectors.hdfs.HadoopConfiguration;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.hadoop.yarn.api.records.ApplicationId;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.client.api.YarnClient;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.exceptions.ApplicationNotFoundException;
import org.apache.hadoop.yarn.exceptions.YarnException;

/** A client's connection to the ResourceManager, which says what to do when there is none. */
final class Yarn implements AutoCloseable {
  private static final String MAX_WAIT = YarnConfiguration.RESOURCEMANAGER_CONNECT_MAX_WAIT_MS;
  private static final String INTERVAL =
      YarnConfiguration.RESOURCEMANAGER_CONNECT_RETRY_INTERVAL_MS;
  private static final int WAIT_MILLIS = 15_000;
  private static final int INTERVAL_MILLIS = 1000;
  private static final int IPC_RETRIES = 2;

  private final org.apache.hadoop.conf.Configuration hadoop;
  private final Path directory;
  private final YarnClient client;

  /** A call to the ResourceManager. */
  @FunctionalInterface
  interface Call<R> {
    /** Makes the call. */
    R on(YarnClient client) throws YarnException, IOException;
  }

  private Yarn(org.apache.hadoop.conf.Configuration hadoop, Path directory, YarnClient client) {
    this.hadoop = hadoop;
    this.directory = directory;
    this.client = client;
  }

  /**
   * Prepares a connection; nothing is called yet.
   *
   * @throws WeftException with code USER when nobody says where Hadoop's configuration lies
   */
  static Yarn open(Configuration configuration) {
    Path directory =
        HadoopConfiguration.findDirectory(configuration)
            .orElseThrow(
                () ->
                    new WeftException(
                        ErrorCode.USER,
                        "It is not known which YARN to use: HADOOP_CONF_DIR is not set; export"
                            + " HADOOP_CONF_DIR=/etc/hadoop/conf (the directory with core-site.xml"
                            + " and yarn-site.xml), or set env.hadoop.conf.dir in config.yaml"));
    org.apache.hadoop.conf.Configuration hadoop = HadoopConfiguration.load(configuration);
    UserGroupInformation.setConfiguration(hadoop);
    YarnConfiguration patient = new YarnConfiguration(hadoop);
    patient.setInt(MAX_WAIT, WAIT_MILLIS);
    patient.setInt(INTERVAL, INTERVAL_MILLIS);
    patient.setInt("ipc.client.connect.max.retries", IPC_RETRIES);
    patient.setInt("ipc.client.connect.max.retries.on.timeouts", IPC_RETRIES);
    YarnClient client = YarnClient.createYarnClient();
    client.init(patient);
    client.start();
    return new Yarn(hadoop, directory, client);
  }

  org.apache.hadoop.conf.Configuration hadoop() {
    return hadoop;
  }

  /**
   * Makes a call.
   *
   * @throws WeftException with code DEPENDENCY when the ResourceManager does not answer
   */
  <R> R call(Call<R> call) throws IOException {
    try {
      return HadoopConfiguration.withPluginLoader(() -> invoked(call));
    } catch (IOException e) {
      if (isUnreachable(e)) {
        throw new WeftException(
            ErrorCode.DEPENDENCY,
            "No ResourceManager answers at "
                + addresses()
                + " (tried for "
                + WAIT_MILLIS / 1000
                + " s); is YARN running, and is "
                + directory
                + " the configuration of the right cluster?",
            e);
      }
      throw e;
    }
  }

  private <R> R invoked(Call<R> call) throws IOException {
    try {
      return call.on(client);
    } catch (YarnException e) {
      throw e.getCause() instanceof IOException cause ? cause : new Refusal(e);
    }
  }

  /** The ResourceManager answered and refused. */
  static final class Refusal extends IOException {
    private static final long serialVersionUID = 1;

    Refusal(YarnException cause) {
      super(cause.getMessage(), cause);
    }
  }

  private static boolean isUnreachable(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof ConnectException
          || t instanceof SocketTimeoutException
          || t instanceof NoRouteToHostException
          || t instanceof UnknownHostException) {
        return true;
      }
    }
    return false;
  }

  private String addresses() {
    if (hadoop.getBoolean(YarnConfiguration.RM_HA_ENABLED, false)) {
      List<String> all =
          hadoop.getStringCollection(YarnConfiguration.RM_HA_IDS).stream()
              .map(id -> hadoop.get(YarnConfiguration.RM_ADDRESS + "." + id, id))
              .toList();
      return String.join(", ", all);
    }
    var address =
        hadoop.getSocketAddr(
            YarnConfiguration.RM_ADDRESS,
            YarnConfiguration.DEFAULT_RM_ADDRESS,
            YarnConfiguration.DEFAULT_RM_PORT);
    return address.getHostString() + ":" + address.getPort();
  }

  /**
   * How an application stands.
   *
   * @throws WeftException with code USER when YARN does not know it
   */
  ApplicationReport report(ApplicationId id) throws IOException {
    try {
      return call(yarn -> yarn.getApplicationReport(id));
    } catch (Refusal e) {
      if (e.getCause() instanceof ApplicationNotFoundException) {
        throw unknown(id, e);
      }
      throw e;
    }
  }

  private static WeftException unknown(ApplicationId id, Exception cause) {
    return new WeftException(
        ErrorCode.USER,
        "YARN knows no application " + id + "; 'yarn application -list' shows all",
        cause);
  }

  /** Ends an application; nothing happens when it has ended. */
  void kill(ApplicationId id, String why) throws IOException {
    call(
        yarn -> {
          yarn.killApplication(id, why);
          return null;
        });
  }

  /** Reads the id of an application. */
  static ApplicationId applicationId(String text) {
    try {
      return ApplicationId.fromString(text.strip());
    } catch (IllegalArgumentException e) {
      throw new WeftException(
          ErrorCode.USER,
          "'" + text + "' is no id of a YARN application, such as application_1700000000000_0001",
          e);
    }
  }

  @Override
  public void close() {
    client.stop();
  }
}
