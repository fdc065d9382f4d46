package dev.weft.api.config;

import static dev.weft.api.config.ConfigOptions.key;

import java.util.List;
import java.util.Map;

/** Options of programs. */
public final class PipelineOptions {
  /** Name of the job. */
  public static final ConfigOption<String> NAME =
      key("pipeline.name")
          .stringType()
          .noDefaultValue()
          .withDescription("The name of the job for people, instead of the program's own.");

  /** Number of key groups. */
  public static final ConfigOption<Integer> MAX_PARALLELISM =
      key("pipeline.max-parallelism")
          .intType()
          .defaultValue(128)
          .withDescription(
              "Into how many key groups keyed state is cut: no step can have more subtasks, and a"
                  + " job that continues from a checkpoint must keep the number.");

  /** Whether steps share a thread where they may. */
  public static final ConfigOption<Boolean> OPERATOR_CHAINING =
      key("pipeline.operator-chaining.enabled")
          .booleanType()
          .defaultValue(true)
          .withDescription(
              "Whether a step runs in one chain with the step before it, where nothing is in the"
                  + " way; without chains every step is a task of its own, which helps to see"
                  + " where time goes and costs much of it.")
          .withFallbackKeys("pipeline.operator-chaining");

  /** Texts for all functions of the job. */
  public static final ConfigOption<Map<String, String>> GLOBAL_JOB_PARAMETERS =
      key("pipeline.global-job-parameters")
          .mapType()
          .noDefaultValue()
          .withDescription(
              "Texts by name, key:value,key:value, that the program's functions find in their"
                  + " context.");

  /** More class path entries. */
  public static final ConfigOption<List<String>> CLASSPATHS =
      key("pipeline.classpaths")
          .listType()
          .defaultValue(List.of())
          .withDescription(
              "Addresses of more jars for the job's classes; every process must be able to read"
                  + " them.");

  private PipelineOptions() {}
}
