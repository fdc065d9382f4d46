package dev.weft.api.config;

import java.io.Serializable;
import java.util.Map;

/**
 * The options of a program as methods: reads and changes the configuration that it was made for.
 * Not thread-safe.
 */
public final class ExecutionConfig {
  private final Configuration configuration;

  /** A view of the given options; what is set here is set there. */
  public ExecutionConfig(Configuration configuration) {
    this.configuration = configuration;
  }

  /** How many subtasks steps have that set no parallelism of their own. */
  public int getParallelism() {
    return configuration.get(CoreOptions.DEFAULT_PARALLELISM);
  }

  /** Sets how many subtasks steps have that set no parallelism of their own. */
  public ExecutionConfig setParallelism(int parallelism) {
    configuration.set(CoreOptions.DEFAULT_PARALLELISM, parallelism);
    return this;
  }

  /** Into how many key groups keyed state is cut. */
  public int getMaxParallelism() {
    return configuration.get(PipelineOptions.MAX_PARALLELISM);
  }

  /** Sets into how many key groups keyed state is cut; a job can never be wider. */
  public void setMaxParallelism(int maxParallelism) {
    configuration.set(PipelineOptions.MAX_PARALLELISM, maxParallelism);
  }

  /**
   * Accepted so that programs need no change; without effect. Records are handed on as they are,
   * whatever is set.
   */
  public ExecutionConfig enableObjectReuse() {
    return this;
  }

  /**
   * Accepted so that programs need no change; without effect. A function that changes a record
   * after it was emitted, or that came in, must copy it.
   */
  public ExecutionConfig disableObjectReuse() {
    return this;
  }

  /** Always true: records are never copied between steps. */
  public boolean isObjectReuseEnabled() {
    return true;
  }

  /**
   * Accepted so that programs need no change; without effect. Watermarks follow each batch of
   * records.
   */
  public ExecutionConfig setAutoWatermarkInterval(long intervalMillis) {
    return this;
  }

  /** What {@link #setGlobalJobParameters} set, or nothing. */
  public GlobalJobParameters getGlobalJobParameters() {
    return new GlobalJobParameters(
        configuration.getOptional(PipelineOptions.GLOBAL_JOB_PARAMETERS).orElse(Map.of()));
  }

  /**
   * Gives texts to all functions of the job, which find them by {@code
   * RuntimeContext.getGlobalJobParameters()}; they are shown with the job's options.
   */
  public void setGlobalJobParameters(GlobalJobParameters parameters) {
    configuration.set(PipelineOptions.GLOBAL_JOB_PARAMETERS, parameters.toMap());
  }

  /** Texts by name that all functions of a job find in their context. */
  public static class GlobalJobParameters implements Serializable {
    private final Map<String, String> values;

    /** No texts, for classes that say themselves what they have. */
    public GlobalJobParameters() {
      this(Map.of());
    }

    GlobalJobParameters(Map<String, String> values) {
      this.values = values;
    }

    /** The texts by name. */
    public Map<String, String> toMap() {
      return values;
    }
  }
}
