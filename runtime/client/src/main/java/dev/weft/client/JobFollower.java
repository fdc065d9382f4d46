package dev.weft.client;

import dev.weft.client.target.ClusterConnection;
import dev.weft.client.target.JobProgress;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks how a job stands until it ends, and bears that the cluster has no leader for a while. */
final class JobFollower {
  private static final Logger LOG = LoggerFactory.getLogger(JobFollower.class);
  private static final Duration INTERVAL = Duration.ofMillis(500);

  private final ClusterConnection cluster;
  private final ProgressDisplay display;
  private final Duration tolerance;
  private final InstantSource clock;
  private final Pause pause;

  /** Waits. */
  @FunctionalInterface
  interface Pause {
    /** Waits so long. */
    void pause(Duration duration) throws InterruptedException;
  }

  /**
   * Makes a follower.
   *
   * @param tolerance how long the cluster may stay away
   */
  JobFollower(
      ClusterConnection cluster,
      ProgressDisplay display,
      Duration tolerance,
      InstantSource clock,
      Pause pause) {
    this.cluster = cluster;
    this.display = display;
    this.tolerance = tolerance;
    this.clock = clock;
    this.pause = pause;
  }

  /**
   * Follows a job to its end.
   *
   * @return how it ended
   * @throws CommandException when the cluster stays away for longer than is borne
   */
  JobProgress follow(String jobId) throws InterruptedException {
    long awaySinceMillis = -1;
    while (true) {
      try {
        JobProgress progress = cluster.progress(jobId);
        if (awaySinceMillis >= 0) {
          display.say("The JobManager is back.");
          awaySinceMillis = -1;
        }
        display.show(progress);
        if (progress.status().isTerminal()) {
          display.end();
          return progress;
        }
      } catch (IOException e) {
        long now = clock.millis();
        if (awaySinceMillis < 0) {
          awaySinceMillis = now;
          LOG.warn("The JobManager of job {} is not reached", jobId, e);
          display.say(
              "The JobManager is not reached ("
                  + CommandException.describe(e)
                  + "); trying again for "
                  + tolerance.toSeconds()
                  + " s");
        } else if (now - awaySinceMillis > tolerance.toMillis()) {
          display.end();
          throw new CommandException(
              CommandException.JOB_FAILED,
              "The JobManager of job "
                  + jobId
                  + " was not reached for "
                  + tolerance.toSeconds()
                  + " s; the job may go on: look with 'weft list'",
              e);
        }
      }
      pause.pause(INTERVAL);
    }
  }
}
