package dev.weft.yarn;

/** Names of what lies in a container, in its environment and in its credentials. */
final class ContainerLayout {
  /** Link to the archive with {@code lib} and {@code plugins}. */
  static final String DISTRIBUTION = "weft";

  /** Link to the archive with the configuration. */
  static final String CONFIGURATION = "conf";

  /** Hadoop's files within the configuration. */
  static final String HADOOP = "hadoop";

  /** Hive's file within the configuration. */
  static final String HIVE = "hive";

  /** The options within the configuration. */
  static final String OPTIONS_FILE = "config.yaml";

  /** The logging within the configuration. */
  static final String LOGGING_FILE = "log4j2.xml";

  /** Directory of the user's files in containers. */
  static final String SHIPPED = "ship";

  /** Archive of the configuration in the staging directory. */
  static final String CONFIGURATION_ARCHIVE = "conf.zip";

  /** The job's plan in the staging directory; missing in a session. */
  static final String PLAN_FILE = "job.plan";

  /** The job's jars in the staging directory: digest and name, a line each. */
  static final String JARS_FILE = "job.jars";

  /** Directory of the job's jars in the staging directory. */
  static final String JARS = "jars";

  /** Variable with the staging directory. */
  static final String STAGING_VARIABLE = "WEFT_STAGING";

  /** Variable with the archive of the installation, or the directories that provide it. */
  static final String DISTRIBUTION_VARIABLE = "WEFT_DISTRIBUTION";

  /** Variable with the user that proxied requests are asked about. */
  static final String OWNER_VARIABLE = "WEFT_OWNER";

  /** Name of the security bundle among the secrets of a container's credentials. */
  static final String BUNDLE_SECRET = "weft.security.bundle";

  private ContainerLayout() {}
}
