package dev.weft.client;

import dev.weft.api.JobClient;
import dev.weft.api.Pipeline;
import dev.weft.api.PipelineExecutor;
import dev.weft.api.config.Configuration;
import dev.weft.client.target.TargetContext;
import java.util.List;

/** Runs programs that were started by themselves, such as from an IDE, in their own process. */
public final class LocalExecutor implements PipelineExecutor {
  private static final String TARGET = "local";

  private final Installation installation = new Installation(System.getenv());
  private final Configuration configuration = installation.configuration();

  @Override
  public Configuration configuration() {
    return configuration;
  }

  @Override
  public JobClient execute(Pipeline pipeline) throws Exception {
    ProgressDisplay display = ProgressDisplay.ofProcess();
    TargetContext context =
        new TargetContext(
            TARGET,
            configuration,
            installation.plugins(configuration),
            installation.home(),
            display::say);
    return new SubmittingExecutor(new LocalTarget(), context, List.of(), display, System.err)
        .execute(pipeline);
  }
}
