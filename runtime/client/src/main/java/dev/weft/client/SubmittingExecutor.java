package dev.weft.client;

import dev.weft.api.JobClient;
import dev.weft.api.Pipeline;
import dev.weft.api.PipelineExecutor;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.CoreOptions;
import dev.weft.client.target.Deployment;
import dev.weft.client.target.DeploymentTarget;
import dev.weft.client.target.Submission;
import dev.weft.client.target.TargetContext;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.Planner;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Plans the programs of a main and sends them to a target. Thread-safe. */
final class SubmittingExecutor implements PipelineExecutor {
  private static final int JOB_ID_BYTES = 16;

  private final DeploymentTarget target;
  private final TargetContext context;
  private final List<Path> jars;
  private final ProgressDisplay display;
  private final PrintStream out;
  private final List<SubmittedJob> submitted = new ArrayList<>();

  SubmittingExecutor(
      DeploymentTarget target,
      TargetContext context,
      List<Path> jars,
      ProgressDisplay display,
      PrintStream out) {
    this.target = target;
    this.context = context;
    this.jars = List.copyOf(jars);
    this.display = display;
    this.out = out;
  }

  static String newJobId() {
    byte[] id = new byte[JOB_ID_BYTES];
    new SecureRandom().nextBytes(id);
    return HexFormat.of().formatHex(id);
  }

  @Override
  public Configuration configuration() {
    return context.configuration();
  }

  @Override
  public JobClient execute(Pipeline pipeline) throws Exception {
    JobPlan plan = Planner.plan(pipeline, newJobId());
    Deployment deployment =
        target.submit(new Submission(context.with(pipeline.configuration()), plan, jars));
    out.println("Job '" + plan.name() + "' has been submitted with JobID " + deployment.jobId());
    deployment.links().forEach(out::println);
    boolean attached = pipeline.configuration().get(CoreOptions.ATTACHED);
    SubmittedJob job =
        new SubmittedJob(plan.name(), deployment, display, attached || deployment.diesWithClient());
    synchronized (submitted) {
      submitted.add(job);
    }
    return job;
  }

  /** What was submitted so far, in order. */
  List<SubmittedJob> submitted() {
    synchronized (submitted) {
      return List.copyOf(submitted);
    }
  }
}
