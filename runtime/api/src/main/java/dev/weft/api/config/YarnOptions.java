package dev.weft.api.config;

import static dev.weft.api.config.ConfigOptions.key;

import java.time.Duration;
import java.util.List;

/** Options of running on YARN. */
public final class YarnOptions {
  /** A running session. */
  public static final ConfigOption<String> APPLICATION_ID =
      key("yarn.application.id")
          .stringType()
          .noDefaultValue()
          .withDescription("The running application that a job is submitted to.");

  /** Name of the application. */
  public static final ConfigOption<String> APPLICATION_NAME =
      key("yarn.application.name")
          .stringType()
          .noDefaultValue()
          .withDescription("The application's name in YARN; the job's name by default.");

  /** Queue. */
  public static final ConfigOption<String> APPLICATION_QUEUE =
      key("yarn.application.queue")
          .stringType()
          .noDefaultValue()
          .withDescription("The queue the application is put into.");

  /** Type. */
  public static final ConfigOption<String> APPLICATION_TYPE =
      key("yarn.application.type")
          .stringType()
          .defaultValue("Weft")
          .withDescription("The application's type in YARN.");

  /** Priority. */
  public static final ConfigOption<Integer> APPLICATION_PRIORITY =
      key("yarn.application.priority")
          .intType()
          .defaultValue(-1)
          .withDescription("The application's priority in its queue; -1 for the queue's default.");

  /** Tags. */
  public static final ConfigOption<List<String>> APPLICATION_TAGS =
      key("yarn.tags")
          .listType()
          .defaultValue(List.of())
          .withDescription("Tags of the application in YARN.");

  /** Node label. */
  public static final ConfigOption<String> APPLICATION_NODE_LABEL =
      key("yarn.application.node-label")
          .stringType()
          .noDefaultValue()
          .withDescription("The label of the nodes that the application runs on.");

  /** Node label of workers. */
  public static final ConfigOption<String> TASKMANAGER_NODE_LABEL =
      key("yarn.taskmanager.node-label")
          .stringType()
          .noDefaultValue()
          .withDescription("The label of the nodes that TaskManagers run on.");

  /** Attempts. */
  public static final ConfigOption<Integer> APPLICATION_ATTEMPTS =
      key("yarn.application-attempts")
          .intType()
          .defaultValue(10)
          .withDescription(
              "How often YARN starts an ApplicationMaster; YARN's own limit may be lower.");

  /** Time after which a failed attempt is forgotten. */
  public static final ConfigOption<Duration> ATTEMPT_FAILURES_VALIDITY =
      key("yarn.application-attempt-failures-validity-interval")
          .durationType()
          .defaultValue(Duration.ofMinutes(10))
          .withDescription("Only attempts that failed within so long count against the limit.");

  /** Cores of the ApplicationMaster. */
  public static final ConfigOption<Integer> APPMASTER_VCORES =
      key("yarn.appmaster.vcores")
          .intType()
          .defaultValue(1)
          .withDescription("Virtual cores of the ApplicationMaster's container.");

  /** Cores of workers. */
  public static final ConfigOption<Integer> CONTAINER_VCORES =
      key("yarn.containers.vcores")
          .intType()
          .defaultValue(-1)
          .withDescription("Virtual cores of a TaskManager's container; -1 for one for each slot.");

  /** Time between heartbeats. */
  public static final ConfigOption<Integer> HEARTBEAT_SECONDS =
      key("yarn.heartbeat.interval")
          .intType()
          .defaultValue(1)
          .withDescription("Seconds between two heartbeats to the ResourceManager.");

  /** Time between heartbeats while containers are awaited. */
  public static final ConfigOption<Duration> REQUEST_INTERVAL =
      key("yarn.heartbeat.container-request-interval")
          .durationType()
          .defaultValue(Duration.ofMillis(500))
          .withDescription("The time between two heartbeats while containers are awaited.");

  /** Staging directory. */
  public static final ConfigOption<String> STAGING_DIRECTORY =
      key("yarn.staging-directory")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The directory below which the files of applications are put; the user's home by"
                  + " default.");

  /** Copies of files. */
  public static final ConfigOption<Integer> FILE_REPLICATION =
      key("yarn.file-replication")
          .intType()
          .defaultValue(-1)
          .withDescription("Copies of each file that is put up; -1 for the file system's default.");

  /** Directories with the installation. */
  public static final ConfigOption<List<String>> PROVIDED_LIB_DIRS =
      key("yarn.provided.lib.dirs")
          .listType()
          .defaultValue(List.of())
          .withDescription(
              "Directories on HDFS that hold lib/ and plugins/ of this version, so that they are"
                  + " not put up again for each application.");

  /** More files. */
  public static final ConfigOption<List<String>> SHIP_FILES =
      key("yarn.ship-files")
          .listType()
          .defaultValue(List.of())
          .withDescription("Files and directories that every container gets.");

  /** Longest wait of a client. */
  public static final ConfigOption<Duration> START_TIMEOUT =
      key("yarn.application.start-timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(10))
          .withDescription(
              "How long a client waits for the ApplicationMaster to run; after that it kills the"
                  + " application and says why it did not run.");

  /** JVM of containers. */
  public static final ConfigOption<String> CONTAINER_JAVA_HOME =
      key("env.java.home")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The JVM's directory on the nodes; by default JAVA_HOME of the NodeManagers.");

  /** Where the running session is noted. */
  public static final ConfigOption<String> PROPERTIES_FILE =
      key("yarn.properties-file.location")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The directory of .weft-yarn-properties, which names the session that was started"
                  + " last; the user's home by default.");

  /** Readers of the application. */
  public static final ConfigOption<String> VIEW_ACLS =
      key("yarn.view.acls")
          .stringType()
          .noDefaultValue()
          .withDescription("Who may look at the application: user1,user2 group1,group2.");

  /** Changers of the application. */
  public static final ConfigOption<String> MODIFY_ACLS =
      key("yarn.modify.acls")
          .stringType()
          .noDefaultValue()
          .withDescription("Who may change the application: user1,user2 group1,group2.");

  private YarnOptions() {}
}
