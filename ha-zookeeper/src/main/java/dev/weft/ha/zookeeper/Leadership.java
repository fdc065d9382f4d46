package dev.weft.ha.zookeeper;

import dev.weft.engine.cluster.LeaderElection.Listener;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.apache.curator.framework.state.ConnectionState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One candidate's part in the election. A state machine: every event of Curator becomes a task on
 * one thread, which alone changes the fields and calls the listener.
 *
 * <p>A candidate with an attempt number leads as soon as it has taken the epoch from a lower one.
 * Others wait for each other in a queue of ephemeral nodes and take the epoch when they are first.
 * Either way it is the epoch that decides: whoever sees a newer one steps down.
 */
final class Leadership implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
  private static final int CLOSE_WAIT_SECONDS = 5;

  /** The queue hears of it too, sometimes first. */
  private static final String EXPIRED = "the session with ZooKeeper expired";

  private enum State {
    WAITING,
    LEADING,
    SUSPENDED,
    /** A higher attempt exists, or the application was removed: nothing leads back. */
    OUT
  }

  private final Connection connection;
  private final ApplicationNodes nodes;
  private final Epochs epochs;
  private final int attempt;
  private final String candidate;
  private final Listener listener;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "weft-election");
            thread.setDaemon(true);
            return thread;
          });

  private State state = State.WAITING;
  private long epoch;
  private LeaderLatch latch;
  private CuratorCache watch;

  Leadership(
      Connection connection,
      ApplicationNodes nodes,
      Epochs epochs,
      int attempt,
      String candidate,
      Listener listener) {
    this.connection = connection;
    this.nodes = nodes;
    this.epochs = epochs;
    this.attempt = attempt;
    this.candidate = candidate;
    this.listener = listener;
  }

  /** Joins; the epoch's node exists. */
  void start() throws IOException {
    connection
        .client()
        .getConnectionStateListenable()
        .addListener((client, now) -> run(() -> connectionChanged(now)));
    watch =
        CuratorCache.build(
            connection.client(), nodes.epoch(), CuratorCache.Options.SINGLE_NODE_CACHE);
    watch
        .listenable()
        .addListener(
            CuratorCacheListener.builder()
                .forAll((type, before, after) -> run(() -> epochChanged(after)))
                .build());
    watch.start();
    if (attempt == 0) {
      run(this::joinQueue);
    } else {
      run(this::take);
    }
  }

  private void run(Runnable task) {
    try {
      thread.execute(
          () -> {
            try {
              task.run();
            } catch (RuntimeException e) {
              LOG.error("Election of {} failed to handle an event", nodes.application(), e);
            }
          });
    } catch (RejectedExecutionException e) {
      LOG.debug("Event after close");
    }
  }

  private void later(Runnable task) {
    try {
      thread.schedule(
          () -> run(task),
          Math.max(1, connection.pause().between().toMillis()),
          TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("Event after close");
    }
  }

  private void joinQueue() {
    LeaderLatch next = new LeaderLatch(connection.client(), nodes.candidates(), candidate);
    next.addListener(
        new LeaderLatchListener() {
          @Override
          public void isLeader() {
            take();
          }

          @Override
          public void notLeader() {
            if (latch == next && !next.hasLeadership()) {
              stepDown(EXPIRED + ", or its place among the candidates was removed");
            }
          }
        },
        this::run);
    latch = next;
    try {
      next.start();
    } catch (Exception e) {
      LOG.warn("Cannot join the candidates of {}, trying again", nodes.application(), e);
      later(this::joinQueue);
    }
  }

  private void leaveQueue() {
    LeaderLatch old = latch;
    latch = null;
    if (old != null) {
      try {
        old.close();
      } catch (IOException | IllegalStateException e) {
        LOG.debug("The latch was closed already", e);
      }
    }
  }

  private void take() {
    boolean first = attempt > 0 || (latch != null && latch.hasLeadership());
    if (state != State.WAITING || !first) {
      return;
    }
    try {
      Epochs.Taken taken = epochs.take(candidate, attempt);
      if (taken instanceof Epochs.Taken.Granted granted) {
        state = State.LEADING;
        epoch = granted.epoch();
        LOG.info("{} leads {} under epoch {}", candidate, nodes.application(), epoch);
        listener.granted(epoch);
      } else if (taken instanceof Epochs.Taken.Refused refused) {
        state = State.OUT;
        Grant newer = refused.newer();
        listener.lost("attempt " + newer.attempt() + " (" + newer.candidate() + ") is newer");
      }
    } catch (IOException e) {
      LOG.warn("{} cannot take the leadership, trying again", candidate, e);
      later(this::take);
    }
  }

  private void connectionChanged(ConnectionState now) {
    switch (now) {
      case SUSPENDED -> {
        if (state == State.LEADING) {
          state = State.SUSPENDED;
          listener.suspended();
        }
      }
      case LOST -> stepDown(EXPIRED);
      case CONNECTED, RECONNECTED -> {
        verifyEpoch();
        if (attempt > 0) {
          take();
        }
      }
      default -> LOG.info("Connection to ZooKeeper: {}", now);
    }
  }

  /** After a doubt: whether the epoch still stands. */
  private void verifyEpoch() {
    if (state != State.SUSPENDED) {
      return;
    }
    try {
      OptionalLong newest = epochs.newest();
      if (newest.isPresent() && newest.getAsLong() == epoch) {
        state = State.LEADING;
        listener.resumed();
      } else {
        superseded(newest.orElse(-1), "");
      }
    } catch (IOException e) {
      LOG.info("Cannot verify the epoch yet: {}", e.getMessage());
      later(this::verifyEpoch);
    }
  }

  private void epochChanged(ChildData now) {
    boolean leads = state == State.LEADING || state == State.SUSPENDED;
    if (leads && now == null) {
      superseded(-1, "");
    } else if (leads && now.getStat().getVersion() > epoch) {
      Grant grant = Grant.decode(now.getData());
      boolean outdated = grant.attempt() > attempt && attempt > 0;
      superseded(now.getStat().getVersion(), " by " + grant.candidate());
      if (outdated) {
        state = State.OUT;
      }
    }
  }

  private void superseded(long newest, String by) {
    stepDown(
        newest < 0
            ? nodes.epoch() + " was removed from ZooKeeper"
            : "epoch " + epoch + " was superseded by epoch " + newest + by);
    if (attempt == 0) {
      // whoever took the epoch believes to be first: go to the end of the queue
      leaveQueue();
      joinQueue();
    }
  }

  private void stepDown(String reason) {
    if (state == State.LEADING || state == State.SUSPENDED) {
      state = State.WAITING;
      LOG.warn("{} no longer leads {}: {}", candidate, nodes.application(), reason);
      listener.lost(reason);
    }
  }

  /** The application was removed by this leader: its nodes' disappearance is no news. */
  void removed() {
    run(() -> state = State.OUT);
  }

  /** Leaves; a successor need not wait for the session to expire. */
  @Override
  public void close() throws IOException {
    run(
        () -> {
          state = State.OUT;
          leaveQueue();
          if (watch != null) {
            watch.close();
          }
        });
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSE_WAIT_SECONDS, TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Connection.interrupted("leave the election", e);
    }
  }
}
