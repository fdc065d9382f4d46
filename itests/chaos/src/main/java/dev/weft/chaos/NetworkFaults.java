package dev.weft.chaos;

import dev.weft.chaos.Proxy.Mode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Connections that are cut, slow, reset or garbled, and packets that vanish. */
final class NetworkFaults {
  private static final long CUT_MILLIS = 10_000;
  private static final long SWIZZLE_MILLIS = 1_500;

  private NetworkFaults() {}

  static void cutTaskManager(Cluster cluster) {
    hold(cluster, cluster.busyTaskManager().name());
  }

  static void cutLeader(Cluster cluster) {
    hold(cluster, "jobmanager-1");
  }

  private static void hold(Cluster cluster, String name) {
    Proxy proxy = cluster.proxy(name);
    proxy.mode(Mode.HOLD);
    Cluster.pause(CUT_MILLIS);
    proxy.mode(Mode.PASS);
  }

  static void slow(Cluster cluster) {
    Proxy proxy = cluster.proxy(cluster.busyTaskManager().name());
    proxy.mode(Mode.SLOW);
    Cluster.pause(CUT_MILLIS);
    proxy.mode(Mode.PASS);
  }

  static void reset(Cluster cluster) {
    for (int i = 0; i < 10; i++) {
      cluster.taskManagers().forEach(child -> cluster.proxy(child.name()).reset());
      cluster.proxy("jobmanager-1").reset();
      Cluster.pause(700);
    }
  }

  static void flip(Cluster cluster) {
    for (int i = 0; i < 5; i++) {
      cluster.taskManagers().forEach(child -> cluster.proxy(child.name()).mode(Mode.FLIP));
      Cluster.pause(1_500);
    }
  }

  static void swizzle(Cluster cluster) {
    List<String> names = new ArrayList<>(cluster.taskManagers().stream().map(Child::name).toList());
    names.add("jobmanager-1");
    for (String name : names) {
      cluster.proxy(name).mode(Mode.HOLD);
      Cluster.pause(SWIZZLE_MILLIS);
    }
    for (int i = 0; i < names.size(); i++) {
      cluster.proxy(names.get((3 * i + 1) % names.size())).mode(Mode.PASS);
      Cluster.pause(SWIZZLE_MILLIS);
    }
  }

  static void oneWay(Cluster cluster) throws IOException {
    drop(cluster, "tcp sport %d drop");
  }

  static void lossy(Cluster cluster) throws IOException {
    drop(cluster, "tcp dport %d numgen random mod 100 < 33 drop");
  }

  static void largePackets(Cluster cluster) throws IOException {
    drop(cluster, "tcp dport %d meta length > 1000 drop");
  }

  /** Drops packets of connections to a busy TaskManager. */
  private static void drop(Cluster cluster, String rule) throws IOException {
    Proxy proxy = cluster.proxy(cluster.busyTaskManager().name());
    try (Packets dropped = Packets.drop(proxy.announced(), rule.formatted(proxy.port()))) {
      Cluster.pause(CUT_MILLIS);
    }
  }
}
