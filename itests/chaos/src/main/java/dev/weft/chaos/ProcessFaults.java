package dev.weft.chaos;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** Processes that die, hang and come back. */
final class ProcessFaults {
  private static final long SAVEPOINT_SOON_MILLIS = 1_500;

  private ProcessFaults() {}

  static void killTaskManager(Cluster cluster) throws IOException {
    cluster.busyTaskManager().kill();
    cluster.fillUp(Case.TASK_MANAGERS);
  }

  static void killTaskManagers(Cluster cluster) throws IOException {
    cluster.taskManagers().forEach(Child::kill);
    cluster.fillUp(Case.TASK_MANAGERS);
  }

  static void killAtMoments(Cluster cluster) throws IOException {
    for (int i = 0; i < 10; i++) {
      Cluster.pause(137L * (i + 1) % 1_000);
      cluster.busyTaskManager().kill();
      cluster.fillUp(Case.TASK_MANAGERS);
      long killed = System.currentTimeMillis();
      Cluster.await("it emits", () -> cluster.signs().allEmittedAfter(killed));
    }
  }

  static void killLeader(Cluster cluster) throws IOException {
    int attempt = cluster.attempt();
    cluster.child("jobmanager-1").kill();
    cluster.jobManager("jobmanager-1");
    awaitSame(cluster, attempt);
  }

  static void killLeaderOften(Cluster cluster) throws IOException {
    for (int i = 0; i < 5; i++) {
      Cluster.pause(211L * (i + 1) % 1_000);
      cluster.child("jobmanager-1").kill();
      cluster.jobManager("jobmanager-1");
      awaitCheckpoint(cluster);
    }
  }

  static void killBoth(Cluster cluster) throws IOException {
    cluster.busyTaskManager().kill();
    cluster.child("jobmanager-1").kill();
    cluster.fillUp(Case.TASK_MANAGERS);
    cluster.jobManager("jobmanager-1");
  }

  static void zombieLeader(Cluster cluster) throws IOException {
    cluster.jobManager("jobmanager-2");
    Cluster.pause(5_000);
    Child zombie = cluster.child("jobmanager-1");
    zombie.pause();
    Cluster.pause(15_000);
    zombie.resume();
    Cluster.pause(3_000);
    backToTheFirst(cluster);
  }

  static void zombieWorker(Cluster cluster) throws IOException {
    Child zombie = cluster.busyTaskManager();
    zombie.pause();
    Cluster.pause(10_000);
    zombie.resume();
    Cluster.pause(3_000);
  }

  static void crash(Cluster cluster) throws IOException {
    Child victim = cluster.busyTaskManager();
    Child.signal(victim.pid(), "SEGV");
    Cluster.await("it ends", () -> !victim.alive());
    cluster.fillUp(Case.TASK_MANAGERS);
  }

  static void killInSavepoint(Cluster cluster) throws IOException {
    CompletableFuture<Boolean> taken =
        CompletableFuture.supplyAsync(() -> cluster.savepointSucceeds());
    Cluster.pause(SAVEPOINT_SOON_MILLIS);
    cluster.busyTaskManager().kill();
    cluster.fillUp(Case.TASK_MANAGERS);
    int whole = 0;
    boolean succeeded = taken.join();
    Path savepoints = new Path("/savepoints");
    if (cluster.files().exists(savepoints)) {
      for (FileStatus directory : cluster.files().listStatus(savepoints)) {
        whole += cluster.files().exists(new Path(directory.getPath(), "_metadata")) ? 1 : 0;
      }
    }
    if (succeeded && whole == 0) {
      throw new AssertionError("a savepoint was announced and is not there");
    }
  }

  static void otherClocks(Cluster cluster) throws IOException {
    List<Child> right = cluster.taskManagers();
    List<Child> wrong =
        List.of(
            cluster.taskManager(OwnClock.environment("+3600")),
            cluster.taskManager(OwnClock.environment("-3600")));
    long slots = right.size() - Cluster.PARALLELISM + wrong.size();
    Cluster.await("they register", () -> Cluster.now(() -> cluster.slotsFree() == slots));
    right.forEach(Child::kill);
    Cluster.await("the job runs on them", () -> wrong.stream().allMatch(cluster::isBusy));
    awaitCheckpoint(cluster);
    awaitCheckpoint(cluster);
    cluster.fillUp(Case.TASK_MANAGERS + wrong.size());
    wrong.forEach(Child::kill);
  }

  /** Lets the first JobManager lead again when another does. */
  static void backToTheFirst(Cluster cluster) throws IOException {
    cluster.child("jobmanager-1").kill();
    cluster.jobManager("jobmanager-1");
    cluster.child("jobmanager-2").kill();
  }

  static void awaitCheckpoint(Cluster cluster) {
    long[] first = {-1};
    Cluster.await(
        "a checkpoint is complete",
        () ->
            Cluster.now(
                () -> {
                  long now = cluster.checkpoints();
                  first[0] = first[0] < 0 ? now : first[0];
                  return now > first[0];
                }));
  }

  static void awaitSame(Cluster cluster, int attempt) throws IOException {
    awaitCheckpoint(cluster);
    if (cluster.attempt() != attempt) {
      throw new AssertionError(
          "the tasks started again: attempt " + cluster.attempt() + " after " + attempt);
    }
  }
}
