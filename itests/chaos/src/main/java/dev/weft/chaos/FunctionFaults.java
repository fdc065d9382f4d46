package dev.weft.chaos;

import java.io.IOException;

/** What functions should not do. */
final class FunctionFaults {
  private FunctionFaults() {}

  static void fail(Cluster cluster) throws IOException {
    misbehave(cluster, "throw");
    misbehave(cluster, "error");
  }

  static void sleep(Cluster cluster) throws IOException {
    begin(cluster, "sleep");
    Cluster.pause(5_000);
    cluster.taskManagers().forEach(Child::kill);
    cluster.fillUp(Case.TASK_MANAGERS);
  }

  static void stubborn(Cluster cluster) throws IOException {
    begin(cluster, "stubborn");
    misbehave(cluster, "throw");
  }

  static void fillHeap(Cluster cluster) throws IOException {
    cluster.signs().misbehave("memory");
    awaitOneGone(cluster);
  }

  static void overflow(Cluster cluster) throws IOException {
    misbehave(cluster, "overflow");
  }

  static void exit(Cluster cluster) throws IOException {
    cluster.signs().misbehave("exit");
    awaitOneGone(cluster);
  }

  static void leak(Cluster cluster) throws IOException {
    for (int i = 0; i < 5; i++) {
      misbehave(cluster, "threads");
    }
  }

  static void hoard(Cluster cluster) throws IOException {
    begin(cluster, "hoard");
    ProcessFaults.awaitCheckpoint(cluster);
    ProcessFaults.awaitCheckpoint(cluster);
    misbehave(cluster, "throw");
  }

  static void foreignThread(Cluster cluster) throws IOException {
    misbehave(cluster, "foreign");
  }

  private static void awaitOneGone(Cluster cluster) throws IOException {
    cluster.await("a TaskManager ends", () -> cluster.taskManagers().size() < Case.TASK_MANAGERS);
    cluster.fillUp(Case.TASK_MANAGERS);
  }

  /** Lets one subtask do something, and waits until it does. */
  private static void begin(Cluster cluster, String kind) throws IOException {
    cluster.signs().misbehave(kind);
    cluster.await("a subtask begins to " + kind, () -> !cluster.signs().isAsked());
  }

  /** Lets one subtask do something, and waits until it starts again. */
  static void misbehave(Cluster cluster, String kind) throws IOException {
    long before = System.currentTimeMillis();
    cluster.signs().misbehave(kind);
    cluster.await(
        "a subtask is opened again",
        () -> cluster.signs().read().stream().anyMatch(sign -> sign.openedMillis() > before));
  }
}
