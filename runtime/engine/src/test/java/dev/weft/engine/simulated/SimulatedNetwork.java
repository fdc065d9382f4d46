package dev.weft.engine.simulated;

import dev.weft.engine.protocol.Address;
import dev.weft.engine.world.Link;
import dev.weft.engine.world.LinkHandler;
import dev.weft.engine.world.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Connections between simulated processes: in order, delayed, breakable; partitions hold frames
 * back until they heal or the connection is given up.
 */
public final class SimulatedNetwork {
  private static final long RESET_MICROS_MAX = 5_000;
  private static final long UNREACHABLE_MILLIS = 3_000;

  private final SimulatedCluster cluster;
  private final Map<String, Listener> listeners = new LinkedHashMap<>();
  private final List<Pair> pairs = new ArrayList<>();
  private final Set<String> cuts = new LinkedHashSet<>();
  private int nextPort = 1;

  SimulatedNetwork(SimulatedCluster cluster) {
    this.cluster = cluster;
  }

  private record Listener(SimulatedWorld process, Transport.Acceptor acceptor) {}

  /** Cuts the network between two processes in both directions. */
  public void cut(String one, String other) {
    cluster.note("network", "cut between " + one + " and " + other);
    cuts.add(cutKey(one, other));
  }

  /** Cuts the network from one process to another, but not back. */
  public void cutOneWay(String from, String to) {
    cluster.note("network", "cut from " + from + " to " + to);
    cuts.add(from + ">" + to);
  }

  /** Heals all cuts. */
  public void heal() {
    cuts.clear();
    for (Pair pair : List.copyOf(pairs)) {
      pair.resume();
    }
  }

  private static String cutKey(String one, String other) {
    return one.compareTo(other) < 0 ? one + "|" + other : other + "|" + one;
  }

  private boolean isCut(SimulatedWorld one, SimulatedWorld other) {
    return !cuts.isEmpty()
        && (cuts.contains(cutKey(one.name(), other.name()))
            || cuts.contains(one.name() + ">" + other.name()));
  }

  /** Breaks every connection of a process. */
  public void breakLinks(SimulatedWorld process) {
    for (Pair pair : List.copyOf(pairs)) {
      if (pair.left.owner == process || pair.right.owner == process) {
        pair.breakDown("connection reset");
      }
    }
  }

  void processDied(SimulatedWorld process) {
    listeners.values().removeIf(listener -> listener.process() == process);
    for (Pair pair : List.copyOf(pairs)) {
      if (pair.left.owner == process || pair.right.owner == process) {
        pair.breakDown("connection reset by dead peer");
      }
    }
  }

  Transport transport(SimulatedWorld process) {
    int port = nextPort++;
    return new Transport() {
      @Override
      public Address listen(Service service, Delivery delivery, Acceptor acceptor) {
        listeners.put(process.name() + ":" + port + "/" + service, new Listener(process, acceptor));
        return new Address(process.name(), port);
      }

      @Override
      public void connect(Address remote, Service service, Delivery delivery, LinkHandler handler) {
        cluster.schedule(
            process,
            cluster.delayMicros(10, cluster.faults().frameDelayMicrosMax()),
            () -> open(process, remote, service, handler));
      }
    };
  }

  private void open(
      SimulatedWorld process, Address remote, Transport.Service service, LinkHandler handler) {
    Listener listener = listeners.get(remote + "/" + service);
    if (listener == null || !listener.process().alive()) {
      handler.closed(null, new IOException("connection refused by " + remote));
      return;
    }
    if (isCut(process, listener.process())) {
      cluster.schedule(
          process,
          UNREACHABLE_MILLIS * 1_000_000L,
          () -> handler.closed(null, new IOException("no route to " + remote)));
      return;
    }
    LinkHandler accepted = listener.acceptor().accept(process.name());
    Pair pair = new Pair(process, handler, listener.process(), accepted);
    pairs.add(pair);
    pair.left.announce();
    pair.right.announce();
  }

  /** A connection. */
  private final class Pair {
    private final End left;
    private final End right;
    private boolean broken;

    Pair(SimulatedWorld one, LinkHandler oneHandler, SimulatedWorld two, LinkHandler twoHandler) {
      left = new End(this, one, oneHandler, two.name());
      right = new End(this, two, twoHandler, one.name());
    }

    void breakDown(String why) {
      if (broken) {
        return;
      }
      broken = true;
      pairs.remove(this);
      left.hearClosed(new IOException(why));
      right.hearClosed(new IOException(why));
    }

    void resume() {
      left.resume();
      right.resume();
    }
  }

  /** One end of a connection. */
  private final class End implements Link {
    private final Pair pair;
    private final SimulatedWorld owner;
    private final LinkHandler handler;
    private final String peer;
    private final List<ByteBuffer> held = new ArrayList<>();
    private long lastDeliveryNanos;
    private boolean closed;

    End(Pair pair, SimulatedWorld owner, LinkHandler handler, String peer) {
      this.pair = pair;
      this.owner = owner;
      this.handler = handler;
      this.peer = peer;
    }

    private End other() {
      return pair.left == this ? pair.right : pair.left;
    }

    void announce() {
      inOrder(0, () -> handler.opened(this));
    }

    /** Runs something on the owner after everything that was queued for it on this connection. */
    private void inOrder(long delayNanos, Runnable action) {
      long at = Math.max(cluster.nowNanos() + delayNanos, lastDeliveryNanos);
      lastDeliveryNanos = at;
      cluster.schedule(
          owner,
          at - cluster.nowNanos(),
          () -> {
            if (!closed) {
              action.run();
            }
          });
    }

    @Override
    public String peer() {
      return peer;
    }

    @Override
    public void send(ByteBuffer frame) {
      if (closed || pair.broken) {
        return;
      }
      if (cluster.chance("LINK_BREAKS", cluster.faults().linkBreaks())) {
        cluster.note(owner.name(), "connection to " + peer + " breaks");
        pair.breakDown("connection reset");
        return;
      }
      ByteBuffer copy = ByteBuffer.allocate(frame.remaining());
      copy.put(frame).flip();
      End target = other();
      if (isCut(owner, target.owner)) {
        target.held.add(copy);
      } else {
        target.deliver(copy);
      }
    }

    private void deliver(ByteBuffer frame) {
      inOrder(
          cluster.delayMicros(10, cluster.faults().frameDelayMicrosMax()),
          () -> handler.received(this, frame));
    }

    void resume() {
      List<ByteBuffer> frames = List.copyOf(held);
      held.clear();
      frames.forEach(this::deliver);
    }

    void hearClosed(IOException cause) {
      if (closed) {
        return;
      }
      inOrder(
          cluster.delayMicros(1, RESET_MICROS_MAX),
          () -> {
            closed = true;
            handler.closed(this, cause);
          });
    }

    @Override
    public void close() {
      if (closed) {
        return;
      }
      pair.broken = true;
      pairs.remove(pair);
      inOrder(
          0,
          () -> {
            closed = true;
            handler.closed(this, null);
          });
      other().hearClosed(new IOException("closed by peer"));
    }
  }
}
