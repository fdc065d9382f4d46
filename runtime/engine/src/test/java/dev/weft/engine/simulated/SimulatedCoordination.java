package dev.weft.engine.simulated;

import dev.weft.engine.cluster.LeaderElection;
import dev.weft.engine.cluster.LeaderElection.Listener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What stands for ZooKeeper: an epoch that grows with every grant, pointers guarded by it, sessions
 * that expire some time after their process died, stopped or lost the connection.
 */
public final class SimulatedCoordination {
  private static final long SESSION_MILLIS_MIN = 100;
  private static final long SESSION_MILLIS_MAX = 3_000;
  private static final long RECONNECT_MILLIS_MAX = 2_000;
  private static final int STALE_SHARE = 5;

  private final SimulatedCluster cluster;
  private final TreeMap<String, byte[]> pointers = new TreeMap<>();
  private final List<Election> candidates = new ArrayList<>();
  private Election leader;
  private long epoch;
  private LeaderElection.Leader published;
  private boolean fencing = true;
  private final List<PointerWatcher> watchers = new ArrayList<>();
  private LeaderElection.Leader publishedBefore;

  /** Hears of every change of a pointer, after it was made. */
  @FunctionalInterface
  public interface PointerWatcher {
    /** A process changed a pointer under an epoch. */
    void changed(String process, long writerEpoch, String name);
  }

  /** Adds who hears of changes of pointers. */
  public void watch(PointerWatcher watcher) {
    watchers.add(watcher);
  }

  private void changed(String process, long writerEpoch, String name) {
    watchers.forEach(watcher -> watcher.changed(process, writerEpoch, name));
  }

  /** Switches the check of epochs off, to show that this would be noticed. */
  public void disableFencing() {
    fencing = false;
  }

  SimulatedCoordination(SimulatedCluster cluster) {
    this.cluster = cluster;
  }

  /** The newest epoch. */
  public long epoch() {
    return epoch;
  }

  /** A pointer's value or null, for checks. */
  public byte[] pointer(String name) {
    return pointers.get(name);
  }

  LeaderElection election(SimulatedWorld process) {
    return new Election(process);
  }

  void processDied(SimulatedWorld process) {
    candidates.removeIf(candidate -> candidate.process == process && candidate != leader);
    if (leader != null && leader.process == process) {
      expireLater(leader, sessionMillis());
    }
  }

  void processPaused(SimulatedWorld process, long millis) {
    if (leader != null && leader.process == process) {
      long session = sessionMillis();
      if (millis > session) {
        expireLater(leader, session);
      }
    }
  }

  /** Ends the leader's session although its process runs on. */
  public void expireLeader() {
    if (leader != null) {
      expireLater(leader, 0);
    }
  }

  /** The leader's connection is in doubt for a while, then back; its session lives on. */
  public void doubtLeader(long millis) {
    if (leader == null) {
      return;
    }
    Election doubted = leader;
    cluster.note("coordination", doubted.process.name() + " is in doubt for " + millis + " ms");
    cluster.schedule(doubted.process, 0, () -> doubted.ifMember(Listener::suspended));
    cluster.after(
        millis,
        () -> {
          if (leader == doubted && doubted.process.alive()) {
            cluster.schedule(doubted.process, 0, () -> doubted.ifMember(Listener::resumed));
          }
        });
  }

  private long sessionMillis() {
    return cluster.random().nextLong(SESSION_MILLIS_MIN, SESSION_MILLIS_MAX);
  }

  private void expireLater(Election election, long millis) {
    cluster.after(
        millis,
        () -> {
          if (leader == election) {
            cluster.note("coordination", "session of " + election.process.name() + " expired");
            leader = null;
            candidates.remove(election);
            if (election.process.alive()) {
              cluster.schedule(election.process, 0, election::reconnect);
            }
            elect();
          }
        });
  }

  private void elect() {
    if (leader != null || candidates.isEmpty()) {
      return;
    }
    Election chosen = candidates.get(cluster.random().nextInt(candidates.size()));
    leader = chosen;
    epoch++;
    long granted = epoch;
    cluster.note("coordination", chosen.process.name() + " leads epoch " + granted);
    cluster.schedule(
        chosen.process,
        cluster.delayMicros(100, 5_000),
        () -> {
          if (!chosen.closed) {
            chosen.listener.granted(granted);
          }
        });
  }

  /** One process's access. */
  private final class Election implements LeaderElection {
    private final SimulatedWorld process;
    private Listener listener;
    private boolean closed;

    Election(SimulatedWorld process) {
      this.process = process;
    }

    @Override
    public void start(String candidate, Listener newListener) {
      this.listener = newListener;
      join();
    }

    private void ifMember(Consumer<Listener> news) {
      if (!closed) {
        news.accept(listener);
      }
    }

    /** Finds out, some time after the process goes on, that the session is gone. */
    private void reconnect() {
      cluster.schedule(
          process,
          cluster.random().nextLong(RECONNECT_MILLIS_MAX) * 1_000_000L,
          () -> {
            listener.lost("the session expired");
            cluster.schedule(process, sessionMillis() * 1_000_000L, this::join);
          });
    }

    private void join() {
      if (!closed && process.alive()) {
        candidates.add(this);
        cluster.after(1, SimulatedCoordination.this::elect);
      }
    }

    private void mayFail(String what) throws IOException {
      if (cluster.chance("COORDINATION_CALL_FAILS", cluster.faults().coordinationFails())) {
        cluster.note(process.name(), "FAULT coordination: " + what + " fails");
        throw new IOException("simulated: " + what + " failed");
      }
    }

    private void write(long writerEpoch, String what, Runnable change) throws IOException {
      mayFail(what);
      if (fencing && writerEpoch != epoch) {
        throw new FencedException(
            what + " under epoch " + writerEpoch + " refused: the newest is " + epoch);
      }
      change.run();
      cluster.note(process.name(), what);
      if (cluster.chance("COORDINATION_REPLY_LOST", cluster.faults().coordinationReplyLost())) {
        cluster.note(process.name(), "FAULT coordination: reply lost of " + what);
        throw new IOException("simulated: the reply to " + what + " was lost");
      }
    }

    @Override
    public void publishLeader(long writerEpoch, String address) throws IOException {
      write(
          writerEpoch,
          "publish leader " + address,
          () -> {
            publishedBefore = published;
            published = new Leader(writerEpoch, address);
            SimulatedCoordination.this.changed(process.name(), writerEpoch, "leader");
          });
    }

    @Override
    public Optional<Leader> findLeader() throws IOException {
      mayFail("find leader");
      if (cluster.chance("STALE_READ", STALE_SHARE * cluster.faults().coordinationFails())) {
        cluster.note(process.name(), "FAULT coordination: stale read of the leader");
        return Optional.ofNullable(publishedBefore);
      }
      return Optional.ofNullable(published);
    }

    @Override
    public Optional<byte[]> readPointer(long readerEpoch, String name) throws IOException {
      mayFail("read pointer " + name);
      return Optional.ofNullable(pointers.get(name)).map(byte[]::clone);
    }

    @Override
    public void writePointer(long writerEpoch, String name, byte[] value) throws IOException {
      write(
          writerEpoch,
          (value == null ? "remove pointer " : "write pointer ") + name,
          () -> {
            if (value == null) {
              pointers.remove(name);
            } else {
              pointers.put(name, value.clone());
            }
            SimulatedCoordination.this.changed(process.name(), writerEpoch, name);
          });
    }

    @Override
    public List<String> listPointers(long readerEpoch) throws IOException {
      mayFail("list pointers");
      return List.copyOf(pointers.keySet());
    }

    @Override
    public void removeAll(long writerEpoch) throws IOException {
      write(
          writerEpoch,
          "remove all",
          () -> {
            pointers.clear();
            published = null;
            publishedBefore = null;
          });
    }

    @Override
    public void close() {
      closed = true;
      candidates.remove(this);
      if (leader == this) {
        leader = null;
        elect();
      }
    }
  }
}
