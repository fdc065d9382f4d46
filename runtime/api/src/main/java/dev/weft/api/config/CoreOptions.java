package dev.weft.api.config;

import static dev.weft.api.config.ConfigOptions.key;

import java.time.Duration;
import java.util.List;

/** Options of programs and of every process. */
public final class CoreOptions {
  /** Parallelism of steps that set none. */
  public static final ConfigOption<Integer> DEFAULT_PARALLELISM =
      key("parallelism.default")
          .intType()
          .defaultValue(1)
          .withDescription("How many subtasks a step has that sets no parallelism of its own.");

  /** Where the job runs. */
  public static final ConfigOption<String> TARGET =
      key("execution.target")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Where jobs run: local, remote, yarn-session, yarn-per-job or yarn-application.");

  /** Whether the client follows the job. */
  public static final ConfigOption<Boolean> ATTACHED =
      key("execution.attached")
          .booleanType()
          .defaultValue(true)
          .withDescription("Whether the client stays and follows the job until it ends.");

  /** Directories for temporary files. */
  public static final ConfigOption<List<String>> TMP_DIRS =
      key("io.tmp.dirs")
          .listType()
          .defaultValue(List.of("/tmp"))
          .withDescription("Local directories for temporary files; YARN sets its own.");

  /** How often watermark generators are asked. */
  public static final ConfigOption<Duration> AUTO_WATERMARK_INTERVAL =
      key("pipeline.auto-watermark-interval")
          .durationType()
          .defaultValue(Duration.ofMillis(200))
          .withDescription(
              "How often a watermark generator of one's own is asked for a watermark beside those"
                  + " it emits at records.");

  /** Whether splits may run ahead that their reader cannot pause. */
  public static final ConfigOption<Boolean> ALLOW_UNALIGNED_SOURCE_SPLITS =
      key("pipeline.watermark-alignment.allow-unaligned-source-splits")
          .booleanType()
          .defaultValue(false)
          .withDescription(
              "Whether a source with watermark alignment may read several splits at a time that it"
                  + " cannot pause one by one; when off, the job fails as soon as one has to"
                  + " wait.");

  /** Directory of the plugins. */
  public static final ConfigOption<String> PLUGINS_DIR =
      key("plugins.dir")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The directory of the plugins; by default plugins/ of the installation.");

  /** Hadoop's configuration. */
  public static final ConfigOption<String> HADOOP_CONF_DIR =
      key("env.hadoop.conf.dir")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The directory of Hadoop's configuration files; the environment variable"
                  + " HADOOP_CONF_DIR by default.");

  /** Hive's configuration. */
  public static final ConfigOption<String> HIVE_CONF_DIR =
      key("env.hive.conf.dir")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The directory of hive-site.xml; the environment variable HIVE_CONF_DIR by default.");

  /** JVM options of every process. */
  public static final ConfigOption<String> JAVA_OPTS_ALL =
      key("env.java.opts.all")
          .stringType()
          .defaultValue("")
          .withDescription(
              "Options for the JVM of every process. Where neither these nor the more specific ones"
                  + " choose a garbage collector, it is -XX:+UseParallelGC.");

  /** JVM options of JobManagers. */
  public static final ConfigOption<String> JAVA_OPTS_JOBMANAGER =
      key("env.java.opts.jobmanager")
          .stringType()
          .defaultValue("")
          .withDescription("More options for the JVM of JobManagers.");

  /** JVM options of TaskManagers. */
  public static final ConfigOption<String> JAVA_OPTS_TASKMANAGER =
      key("env.java.opts.taskmanager")
          .stringType()
          .defaultValue("")
          .withDescription("More options for the JVM of TaskManagers.");

  /** JVM options of the client. */
  public static final ConfigOption<String> JAVA_OPTS_CLIENT =
      key("env.java.opts.client")
          .stringType()
          .defaultValue("")
          .withDescription("More options for the JVM of the client.");

  /** Directory of log files. */
  public static final ConfigOption<String> LOG_DIR =
      key("env.log.dir")
          .stringType()
          .noDefaultValue()
          .withDescription("The directory of the log files; log/ of the installation by default.");

  private CoreOptions() {}
}
