package dev.weft.client;

import dev.weft.api.JobClient;
import dev.weft.api.Pipeline;
import dev.weft.api.PipelineExecutor;
import dev.weft.api.config.Configuration;

/** Takes the first program that main would execute, and ends main there. */
final class PlanCapture implements PipelineExecutor {
  private final Configuration configuration;
  private Pipeline pipeline;

  PlanCapture(Configuration configuration) {
    this.configuration = configuration;
  }

  /** Ends the user's main when its program is known; an error, so that main does not handle it. */
  static final class Captured extends Error {
    private static final long serialVersionUID = 1;

    Captured() {
      super("the plan is known", null, false, false);
    }
  }

  @Override
  public Configuration configuration() {
    return configuration;
  }

  @Override
  public JobClient execute(Pipeline program) {
    if (pipeline == null) {
      pipeline = program;
    }
    throw new Captured();
  }

  /** The program, or null when main executed none. */
  Pipeline pipeline() {
    return pipeline;
  }
}
