package dev.weft.chaos;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** Processes that die, hang and come back. */
final class ProcessFaults {
  private static final long ZOMBIE_MILLIS = 3_000;
  private static final long HOUR_SECONDS = 3_600;

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
      cluster.await("it emits", () -> cluster.signs().allEmittedAfter(killed));
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
    cluster.standBy();
    Child zombie = cluster.child("jobmanager-1");
    zombie.pause();
    cluster.followSecond();
    awaitCheckpoint(cluster);
    zombie.resume();
    awaitCheckpoint(cluster);
    Cluster.pause(ZOMBIE_MILLIS);
    cluster.backToTheFirst();
  }

  static void zombieWorker(Cluster cluster) throws IOException {
    Child zombie = cluster.busyTaskManager();
    long paused = System.currentTimeMillis();
    zombie.pause();
    cluster.await(
        "the job goes on elsewhere",
        () -> !cluster.isBusy(zombie) && cluster.signs().allEmittedAfter(paused));
    zombie.resume();
    Cluster.pause(ZOMBIE_MILLIS);
  }

  static void crash(Cluster cluster) throws IOException {
    Child victim = cluster.busyTaskManager();
    Child.signal(victim.pid(), "SEGV");
    cluster.await("it ends", () -> !victim.alive());
    cluster.fillUp(Case.TASK_MANAGERS);
  }

  static void killInSavepoint(Cluster cluster) throws IOException {
    CompletableFuture<Boolean> taken =
        CompletableFuture.supplyAsync(() -> cluster.savepointSucceeds());
    Path savepoints = new Path("/savepoints");
    cluster.await(
        "a savepoint is begun",
        () -> taken.isDone() || Cluster.now(() -> cluster.files().exists(savepoints)));
    cluster.busyTaskManager().kill();
    cluster.fillUp(Case.TASK_MANAGERS);
    int whole = 0;
    boolean succeeded = taken.join();
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
            cluster.taskManager(OwnClock.environment(cluster.work(), HOUR_SECONDS)),
            cluster.taskManager(OwnClock.environment(cluster.work(), -HOUR_SECONDS)));
    long slots = right.size() - Cluster.PARALLELISM + wrong.size();
    cluster.await("they register", () -> Cluster.now(() -> cluster.slotsFree() == slots));
    right.forEach(Child::kill);
    cluster.await("the job runs on them", () -> wrong.stream().allMatch(cluster::isBusy));
    long now = System.currentTimeMillis();
    for (Signs.Sign sign : cluster.signs().read()) {
      if (Math.abs(sign.emittedMillis() - now) < HOUR_SECONDS * 1_000 / 2) {
        throw new AssertionError("the clock of a TaskManager is right: " + sign);
      }
    }
    awaitCheckpoint(cluster);
    awaitCheckpoint(cluster);
    cluster.fillUp(Case.TASK_MANAGERS + wrong.size());
    wrong.forEach(Child::kill);
  }

  static void awaitCheckpoint(Cluster cluster) {
    long[] first = {-1};
    cluster.await(
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
