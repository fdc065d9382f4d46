package dev.weft.engine.cluster;

import dev.weft.api.config.ClusterOptions;
import dev.weft.api.config.Configuration;
import dev.weft.api.error.ErrorCode;
import dev.weft.engine.checkpoint.CheckpointSettings;
import dev.weft.engine.checkpoint.Failures;
import dev.weft.engine.checkpoint.Lifetime;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.world.MessageLink;
import dev.weft.engine.world.Outcome;
import dev.weft.engine.world.Rule;
import dev.weft.engine.world.World;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control plane of a process: joins the election and, each time it is granted the leadership,
 * runs a {@link LeaderTerm} until it is lost. Everything happens on the control thread.
 *
 * <p>A deposed leader forgets; it deletes nothing and cancels nothing, since its successor goes on
 * with the same jobs, files and workers.
 */
public final class Leader {
  private static final Logger LOG = LoggerFactory.getLogger(Leader.class);

  final World world;
  final Configuration configuration;
  final String directory;
  final LeaderElection election;
  final WorkerProvisioner provisioner;
  final StateCheck states;
  final LeadershipListener listener;
  private Address address;
  private LeaderTerm term;
  private boolean closed;

  /**
   * What a leader reaches the outside through.
   *
   * @param states looks at snapshots that jobs are to start from
   */
  public record Ports(LeaderElection election, WorkerProvisioner provisioner, StateCheck states) {}

  /**
   * A leader that has not joined the election.
   *
   * @param configuration the cluster's; jobs bring their own on top
   * @param applicationId what tells this application from others in the same storage
   * @param storageDirectory where the journal lies, as {@code high-availability.storageDir} says
   * @param listener called on the control thread
   */
  public Leader(
      World world,
      Configuration configuration,
      String applicationId,
      String storageDirectory,
      Ports ports,
      LeadershipListener listener) {
    this.world = world;
    this.configuration = configuration;
    this.directory = storageDirectory + "/" + applicationId;
    this.election = ports.election();
    this.provisioner = ports.provisioner();
    this.states = ports.states();
    this.listener = listener;
  }

  /**
   * Listens for workers and joins the election. Call once, on the control thread.
   *
   * @param candidate for people: host and process, or the YARN attempt
   */
  public void start(String candidate) {
    address = MessageLink.listen(world.transport(), peer -> new WorkerConnection(this));
    world
        .background()
        .run(
            "join the election",
            () -> {
              election.start(candidate, new Election());
              return null;
            },
            outcome -> {
              if (outcome instanceof Outcome.Failure<Object> failure && !closed) {
                listener.failed(
                    Failures.report(failure.cause(), ErrorCode.DEPENDENCY, "leader election"));
              }
            });
  }

  /** Where workers reach this process; null before the start. */
  public Address address() {
    return address;
  }

  /** The jobs while this process leads; null otherwise. */
  public JobControl jobs() {
    return term == null ? null : term.jobs();
  }

  /**
   * Ends the cluster: tells the workers to end and the platform the result. Jobs that run are not
   * cancelled; do that before. Nothing of the journal is removed, see {@link #forget}. A process
   * that does not lead ends nothing.
   *
   * @param then called when the platform has taken the result, or at once when this process does
   *     not lead
   */
  public void endCluster(boolean succeeded, String diagnostics, Runnable then) {
    if (term == null) {
      then.run();
      return;
    }
    term.endWorkers(diagnostics);
    provisioner.finish(succeeded, diagnostics, then);
  }

  /**
   * Removes the journal and all pointers of the application, if every job finished or was cancelled
   * by the user. Only to be called when nobody will start this application again, on YARN after it
   * was unregistered; otherwise a successor would run its jobs a second time.
   *
   * @param then called when that is done or was found not to be allowed
   */
  public void forget(Runnable then) {
    if (term == null) {
      then.run();
    } else {
      term.forget(then);
    }
  }

  /** Leaves; jobs and workers go on for a successor. */
  public void close() {
    closed = true;
    stepDown("the process ends");
    world
        .background()
        .run(
            "leave the election",
            () -> {
              election.close();
              return null;
            },
            outcome -> {});
  }

  LeaderTerm term() {
    return term;
  }

  /** Ends the term, if there is one. */
  void stepDown(String reason) {
    if (term == null) {
      return;
    }
    LeaderTerm ended = term;
    term = null;
    LOG.warn("Steps down from epoch {}: {}", ended.epoch(), reason);
    ended.end();
    if (!world.keeps(Rule.KEEP_FILES_ON_LOST_LEADERSHIP)) {
      deleteEverything();
    }
    listener.steppedDown(reason);
  }

  /** What a leader must never do when it is deposed; only to show that it would be noticed. */
  private void deleteEverything() {
    String checkpoints = CheckpointSettings.of(configuration).directory();
    world
        .background()
        .run(
            "delete",
            () -> {
              world.files().delete(directory);
              world.files().delete(checkpoints);
              return null;
            },
            outcome -> {});
  }

  private void granted(long epoch) {
    stepDown("leads again under epoch " + epoch);
    if (closed) {
      return;
    }
    LOG.info("Leads under epoch {}", epoch);
    term = new LeaderTerm(this, epoch, new Lifetime(world.loop()));
    term.begin();
  }

  long reconcileMillis() {
    return configuration.get(ClusterOptions.RECONCILE_TIMEOUT).toMillis();
  }

  /** Brings the election's calls, from any thread, to the control thread. */
  private final class Election implements LeaderElection.Listener {
    @Override
    public void granted(long epoch) {
      world.loop().execute(() -> Leader.this.granted(epoch));
    }

    @Override
    public void suspended() {
      world
          .loop()
          .execute(
              () -> {
                if (term != null) {
                  term.suspend();
                }
              });
    }

    @Override
    public void resumed() {
      world
          .loop()
          .execute(
              () -> {
                if (term != null) {
                  term.resume();
                }
              });
    }

    @Override
    public void lost(String reason) {
      world.loop().execute(() -> stepDown(reason));
    }
  }
}
