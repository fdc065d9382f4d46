package dev.weft.client;

import dev.weft.api.JobClient;
import dev.weft.api.Pipeline;
import dev.weft.api.PipelineExecutor;
import dev.weft.api.config.Configuration;

/** Takes the first program that main would execute, and ends main there. */
final class PlanCapture implements PipelineExecutor {
  private final Configuration configuration;
  private Pipeline pipeline;

  private PlanCapture(Configuration configuration) {
    this.configuration = configuration;
  }

  /**
   * Runs the main of a program up to its first {@code execute()}.
   *
   * @throws CommandException when it does not get there
   */
  static Pipeline of(UserProgram program, String[] arguments, Configuration configuration) {
    PlanCapture capture = new PlanCapture(configuration);
    try {
      program.run(arguments, capture);
    } catch (Captured e) {
      // main came to its execute(), which is all that is wanted
    } catch (Exception e) {
      if (capture.pipeline == null) {
        throw new CommandException(
            CommandException.SUBMISSION,
            "The main of " + program.mainClass() + " failed: " + CommandException.describe(e),
            e);
      }
    }
    if (capture.pipeline == null) {
      throw new CommandException(
          CommandException.SUBMISSION,
          "The main of " + program.mainClass() + " ended without execute()");
    }
    return capture.pipeline;
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
}
