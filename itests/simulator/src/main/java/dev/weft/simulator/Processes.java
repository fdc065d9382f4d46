package dev.weft.simulator;

import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.Configuration;
import dev.weft.engine.cluster.JobControl;
import dev.weft.engine.cluster.Leader;
import dev.weft.engine.cluster.LeaderElection;
import dev.weft.engine.cluster.LeadershipListener;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.operator.saved.SnapshotCatalog;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.server.saved.DeclaredStates;
import dev.weft.engine.simulated.SimulatedCluster;
import dev.weft.engine.simulated.SimulatedWorld;
import dev.weft.engine.state.RowDatabases;
import dev.weft.engine.worker.WorkerNode;
import dev.weft.engine.worker.WorkerSettings;
import dev.weft.engine.world.Outcome;
import dev.weft.engine.world.World;
import dev.weft.simulator.broken.LateUploads;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** The processes of the cluster: leaders and workers, started and ended as YARN would. */
final class Processes implements Nemesis.Victims {
  /** The directory of the leaders' files. */
  static final String APPLICATION = "/ha/application";

  /** The directory of the workers' copies of what they wrote for checkpoints. */
  static final String COPIES = "/copies";

  /** What a batch on a worker may take before it spills: little, so that it does. */
  private static final long BATCH_BYTES = 1 << 20;

  /**
   * State of streams on the heap has to fit, whether or not they end: there is no database that it
   * could go on in. A join without watermarks keeps both of its sides until the input ends, some
   * 400 bytes for each row: up to 400 records of 4 partitions twice are 1.2 MiB for each join.
   */
  private static final long STREAM_BYTES = 8 << 20;

  private static final long NETWORK_BYTES = 1 << 20;
  private static final long LOOKUP_MILLIS = 500;
  private static final long RESTART_MILLIS_MAX = 3_000;
  private static final long HELD_FOR_DEAD_MILLIS = 2_000;
  private static final long LATE_UPLOAD_MILLIS = 3_000;

  private final SimulatedCluster cluster;
  private final Configuration configuration;
  private final FaultPlan plan;
  private final PlantedBug bug;
  private final long memoryBytes;
  private final LedgerChecks checks;
  private final SimulatedYarn yarn;
  private final List<Candidate> candidates = new ArrayList<>();
  private int lastCandidate;
  private final Map<String, JobDetails> ended = new TreeMap<>();

  Processes(
      SimulatedCluster cluster,
      Configuration configuration,
      FaultPlan plan,
      PlantedBug bug,
      LedgerChecks checks,
      boolean batch) {
    this.cluster = cluster;
    this.memoryBytes = batch ? BATCH_BYTES : STREAM_BYTES;
    this.configuration = configuration;
    this.plan = plan;
    this.bug = bug;
    this.checks = checks;
    checks.jobs(this::jobs);
    this.yarn = new SimulatedYarn(cluster, cluster.random().nextInt(1, 3), this::startWorker);
  }

  void start() {
    startLeader();
    if (plan.standby()) {
      startLeader();
    }
  }

  /** The jobs of the newest leader; null when nobody leads. */
  JobControl jobs() {
    JobControl newest = null;
    for (Candidate candidate : candidates) {
      JobControl jobs = candidate.world.alive() ? candidate.leader.jobs() : null;
      if (jobs != null && (newest == null || jobs.epoch() > newest.epoch())) {
        newest = jobs;
      }
    }
    return newest;
  }

  /** A job's end; null before. */
  JobDetails ended(String jobId) {
    return ended.get(jobId);
  }

  // ---- leaders

  private void startLeader() {
    candidates.removeIf(candidate -> !candidate.world.alive());
    candidates.add(new Candidate("leader-" + ++lastCandidate));
  }

  private void restartLater() {
    cluster.after(cluster.random().nextLong(300, RESTART_MILLIS_MAX), this::startLeader);
  }

  @Override
  public List<SimulatedWorld> leaders() {
    return candidates.stream().map(c -> c.world).filter(SimulatedWorld::alive).toList();
  }

  @Override
  public void crashLeader(SimulatedWorld leader) {
    if (leader.alive()) {
      cluster.kill(leader);
      restartLater();
    }
  }

  @Override
  public void pauseLeader(SimulatedWorld leader, long millis) {
    cluster.pause(leader, millis);
    if (!plan.standby() && millis > HELD_FOR_DEAD_MILLIS) {
      // YARN starts another attempt; the paused one comes back later and does not know.
      cluster.after(
          HELD_FOR_DEAD_MILLIS,
          () -> {
            if (leaders().size() < 2) {
              startLeader();
            }
          });
    }
  }

  /** A process that may lead. */
  private final class Candidate implements LeadershipListener {
    private final SimulatedWorld world;
    private final Leader leader;

    Candidate(String name) {
      world = cluster.start(name);
      leader =
          new Leader(
              world,
              configuration,
              "application",
              "/ha",
              new Leader.Ports(world.election(), yarn.provisioner(world), new DeclaredStates()),
              this);
      world.loop().execute(() -> leader.start(name));
    }

    @Override
    public void leading(JobControl jobs) {
      world.note("leads");
      // as the ApplicationMaster does: the leader before may have died between the end and its word
      jobs.jobs().stream()
          .filter(job -> job.status().isTerminal())
          .forEach(job -> jobs.job(job.jobId()).ifPresent(this::jobEnded));
    }

    @Override
    public void jobEnded(JobDetails job) {
      world.note("job ended " + job.summary().status());
      if (checks.staysDown(job)) {
        // people bring the files back and start the JobManager again
        cluster.after(1, () -> crashLeader(world));
      } else {
        ended.put(job.summary().jobId(), job);
      }
    }

    @Override
    public void steppedDown(String reason) {
      world.note("stepped down: " + reason);
      if (!plan.standby()) {
        // An ApplicationMaster ends; what it began in the background has this long.
        cluster.after(
            100,
            () -> {
              if (world.alive()) {
                cluster.kill(world);
                if (leaders().isEmpty()) {
                  restartLater();
                }
              }
            });
      }
    }

    @Override
    public void failed(FailureReport why) {
      checks.violate("I11", world.name() + " can not go on: " + why);
    }
  }

  // ---- workers

  private SimulatedWorld startWorker(String id) {
    SimulatedWorld world = cluster.start(id);
    World seen =
        bug == PlantedBug.ACK_BEFORE_UPLOAD ? new LateUploads(world, LATE_UPLOAD_MILLIS) : world;
    Lookup lookup = new Lookup(world);
    world
        .loop()
        .execute(
            () -> {
              lookup.look();
              new WorkerNode(
                      seen,
                      new WorkerSettings(
                          id,
                          "1",
                          new WorkerSettings.Resources(
                              yarn.slots(),
                              memoryBytes,
                              NETWORK_BYTES,
                              "file:///scratch/" + id,
                              RowDatabases.none(),
                              new WorkerSettings.Copies(
                                  COPIES,
                                  path ->
                                      configuration.get(CheckpointingOptions.LOCAL_BACKUP_ENABLED)),
                              SnapshotCatalog.none()),
                          id,
                          0,
                          Map.of(),
                          Map::of),
                      () -> lookup.known,
                      (how, reason) -> {
                        world.note("worker ends, " + how + ": " + reason);
                        cluster.after(0, () -> yarn.ended(world));
                      })
                  .start();
            });
    return world;
  }

  @Override
  public List<SimulatedWorld> workers() {
    return yarn.workers();
  }

  @Override
  public void crashWorker(SimulatedWorld worker) {
    yarn.killed(worker);
  }

  @Override
  public void nextContainerDies() {
    yarn.nextContainerDies();
  }

  @Override
  public List<String> stateFiles() {
    return checks.stateFiles();
  }

  @Override
  public void damageState(SplittableRandom how) {
    checks.damageState(how);
  }

  @Override
  public void nodeLost(SimulatedWorld worker) {
    yarn.nodeLost(worker);
  }

  /** Asks now and then who leads. */
  private static final class Lookup {
    private final SimulatedWorld world;
    private final LeaderElection election;
    private Optional<Address> known = Optional.empty();

    Lookup(SimulatedWorld world) {
      this.world = world;
      this.election = world.election();
    }

    void look() {
      world
          .background()
          .run(
              "find the leader",
              election::findLeader,
              outcome -> {
                if (outcome instanceof Outcome.Success<Optional<LeaderElection.Leader>> found
                    && found.value().isPresent()) {
                  known = Optional.of(address(found.value().get().address()));
                }
                world.loop().schedule(LOOKUP_MILLIS, this::look);
              });
    }

    private static Address address(String text) {
      int colon = text.lastIndexOf(':');
      return new Address(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }
  }
}
