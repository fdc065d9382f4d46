package dev.weft.engine.job;

import dev.weft.api.config.Configuration;
import dev.weft.engine.checkpoint.CheckpointSettings;
import dev.weft.engine.checkpoint.CheckpointStore;
import dev.weft.engine.checkpoint.JobJournal;
import dev.weft.engine.checkpoint.Lifetime;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.Regions;
import dev.weft.engine.world.Background;
import dev.weft.engine.world.World;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What all parts of one job work with. Only the plan changes: when the job is rescaled. */
final class JobContext {
  final JobServices services;
  final Submission submission;
  final JobJournal journal;
  final Configuration configuration;
  final CheckpointSettings settings;
  final CheckpointStore store;
  final Lifetime lifetime;
  final Background.Lane lane;
  private JobPlan plan;
  private Regions regions;

  JobContext(JobServices services, Submission submission, JobJournal journal) {
    this.services = services;
    this.submission = submission;
    List<Integer> recorded = journal.parallelisms();
    replan(recorded == null ? submission.plan() : submission.plan().withParallelisms(recorded));
    this.journal = journal;
    this.configuration = merged(services.configuration(), plan);
    this.settings = CheckpointSettings.of(configuration);
    World world = services.world();
    this.store =
        new CheckpointStore(world.files(), settings.directory(), plan.jobId(), services.epoch());
    this.lifetime = new Lifetime(world.loop());
    this.lane = lifetime.own(world.background().lane("job " + plan.jobId()));
  }

  /** The job's configuration over the cluster's. */
  static Configuration merged(Configuration cluster, JobPlan plan) {
    Map<String, String> all = new TreeMap<>(cluster.toMap());
    all.putAll(plan.configuration());
    return Configuration.of(all);
  }

  /** The plan of the present attempt. */
  JobPlan plan() {
    return plan;
  }

  /** The failure regions of the plan. */
  Regions regions() {
    return regions;
  }

  /** From now on another plan counts. */
  void replan(JobPlan next) {
    plan = next;
    regions = Regions.of(next);
  }

  World world() {
    return services.world();
  }

  String jobId() {
    return plan.jobId();
  }
}
