package dev.weft.engine.cluster;

import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.Configuration;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.checkpoint.CheckpointStore;
import dev.weft.engine.checkpoint.ChecksummedFile.DamagedException;
import dev.weft.engine.checkpoint.Manifest;
import dev.weft.engine.checkpoint.RegisteredCheckpoint;
import dev.weft.engine.checkpoint.SnapshotClaim;
import dev.weft.engine.checkpoint.StateRedistribution;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.protocol.Artifact;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.world.Outcome;
import dev.weft.engine.world.World;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the snapshot that a job is to start from before anything of the job is made, and claims
 * it where the job is to own it.
 */
final class StartCheck {
  private static final Logger LOG = LoggerFactory.getLogger(StartCheck.class);

  private final World world;
  private final StateCheck states;

  StartCheck(World world, StateCheck states) {
    this.world = world;
    this.states = states;
  }

  /**
   * Checks in the background.
   *
   * @param configuration of the job, over the cluster's
   * @param then hears on the control thread, at once when there is nothing to check; a failure is a
   *     {@link WeftException}
   */
  void run(
      Configuration configuration,
      JobPlan plan,
      List<Artifact> artifacts,
      Consumer<Outcome<Object>> then) {
    String path = configuration.get(CheckpointingOptions.RESTORE_PATH);
    if (path == null) {
      then.accept(new Outcome.Success<>(null));
      return;
    }
    world
        .background()
        .run(
            "check " + path,
            () -> {
              check(path, configuration, plan, artifacts);
              return null;
            },
            then);
  }

  private void check(
      String path, Configuration configuration, JobPlan plan, List<Artifact> artifacts) {
    boolean drop = configuration.get(CheckpointingOptions.IGNORE_UNCLAIMED_STATE);
    try {
      RegisteredCheckpoint found = CheckpointStore.find(world.files(), path);
      Manifest manifest = CheckpointStore.load(world.files(), found);
      StateRedistribution.of(manifest, plan, drop);
      CheckpointStore.checkFiles(world.files(), manifest);
      try {
        ClassLoader code = world.code().open(plan.jobId(), artifacts);
        states.check(world, manifest, plan, configuration, code);
      } finally {
        world.code().close(plan.jobId());
      }
      if (claims(configuration)) {
        SnapshotClaim.make(world.files(), found.directory(), plan.jobId());
      }
    } catch (WeftException e) {
      throw refused(e.code(), path, e);
    } catch (DamagedException e) {
      throw refused(ErrorCode.USER, path, e);
    } catch (IOException e) {
      throw refused(ErrorCode.DEPENDENCY, path, e);
    }
  }

  private static boolean claims(Configuration configuration) {
    return configuration.get(CheckpointingOptions.CLAIM_MODE)
        == CheckpointingOptions.ClaimMode.CLAIM;
  }

  /** A job that passed is not made after all: what it claimed is given back. */
  void undo(Configuration configuration, String jobId) {
    String path = configuration.get(CheckpointingOptions.RESTORE_PATH);
    if (path == null || !claims(configuration)) {
      return;
    }
    world
        .background()
        .run(
            "give back " + path,
            () -> {
              String directory = CheckpointStore.find(world.files(), path).directory();
              SnapshotClaim.release(world.files(), directory, jobId);
              return null;
            },
            outcome -> {
              if (outcome instanceof Outcome.Failure<Object> failure) {
                LOG.warn(
                    "Job {} was not made, but {} may still be claimed by it",
                    jobId,
                    path,
                    failure.cause());
              }
            });
  }

  private static WeftException refused(ErrorCode code, String path, Exception cause) {
    return new WeftException(
        code,
        "The job is not started from "
            + path
            + ": "
            + (cause instanceof DamagedException ? cause.getMessage() : FailureReport.lineOf(cause))
            + ". Nothing was changed",
        cause);
  }
}
