package dev.weft.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/**
 * Chooses loopback ports. A choice stays with the sandbox, so that links to it outlive a restart.
 */
final class Ports {
  /** The loopback address that everything binds. */
  static final String HOST = "127.0.0.1";

  /**
   * Below the range from which Linux takes ports for outgoing connections: no connection of another
   * program can take one of these between choosing and binding, or while the sandbox is down.
   */
  private static final int LOWEST = 21_000;

  private static final int HIGHEST = 31_999;
  private static final int TRIES_MAX = 2_000;

  /** One port that must be known before its daemon starts. */
  enum Port {
    NAMENODE_RPC,
    NAMENODE_WEB,
    RESOURCEMANAGER_CLIENT,
    RESOURCEMANAGER_SCHEDULER,
    RESOURCEMANAGER_TRACKER,
    RESOURCEMANAGER_ADMIN,
    RESOURCEMANAGER_WEB,
    NODEMANAGER_1,
    NODEMANAGER_1_WEB,
    NODEMANAGER_2,
    NODEMANAGER_2_WEB,
    ZOOKEEPER,
    METASTORE
  }

  private Ports() {}

  /**
   * Ports for all of {@link Port}: an earlier choice where its port is still free, else a new one.
   *
   * @param earlier may be empty or partial
   * @param free says whether a port can be bound now
   */
  static Map<Port, Integer> choose(
      Map<Port, Integer> earlier, RandomGenerator random, IntPredicate free) {
    Map<Port, Integer> chosen = new EnumMap<>(Port.class);
    Set<Integer> taken = new HashSet<>();
    for (Port port : Port.values()) {
      Integer number = earlier.get(port);
      if (number != null && taken.add(number) && free.test(number)) {
        chosen.put(port, number);
      }
    }
    for (Port port : Port.values()) {
      if (!chosen.containsKey(port)) {
        chosen.put(port, draw(taken, random, free));
      }
    }
    return chosen;
  }

  private static int draw(Set<Integer> taken, RandomGenerator random, IntPredicate free) {
    for (int i = 0; i < TRIES_MAX; i++) {
      int number = random.nextInt(LOWEST, HIGHEST + 1);
      if (!taken.contains(number) && free.test(number)) {
        taken.add(number);
        return number;
      }
    }
    throw new SandboxException(
        "No free port found on "
            + HOST
            + " between "
            + LOWEST
            + " and "
            + HIGHEST
            + "; end what holds them (see `ss -ltnp`).");
  }

  static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getByName(HOST), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
