package dev.weft.engine.worker;

import dev.weft.engine.protocol.Address;
import dev.weft.engine.protocol.Message;
import dev.weft.engine.protocol.ToLeader;
import dev.weft.engine.protocol.ToWorker;
import dev.weft.engine.world.Loop;
import dev.weft.engine.world.MessageLink;
import dev.weft.engine.world.Oddity;
import dev.weft.engine.world.Rule;
import dev.weft.engine.world.World;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a worker connected to whoever leads: connects, registers, connects anew with growing pauses
 * when the connection is lost or another leader is known, refuses leaders of a lower epoch than it
 * has seen, and gives up when there is no leader for too long. Used on the control thread.
 */
final class LeaderConnection {
  private static final Logger LOG = LoggerFactory.getLogger(LeaderConnection.class);

  private static final long PAUSE_MILLIS_MIN = 100;

  /** Well below the time for which a new leader waits for workers before it restarts their jobs. */
  private static final long PAUSE_MILLIS_MAX = 1_000;

  /** How long a leader may take to answer a registration. */
  private static final long REGISTRATION_MILLIS = 10_000;

  /** How long a worker bears being without a leader before one told it. */
  private static final long TOLERANCE_MILLIS_FIRST = 600_000;

  private final World world;
  private final LeaderLocator locator;
  private final Listener listener;
  private Attempt current;
  private Address address;
  private boolean registered;
  private boolean leaving;
  private boolean stopped;
  private long highestEpoch;
  private long lastHeardNanos;
  private long silenceMillis = Long.MAX_VALUE;
  private long pauseMillis = PAUSE_MILLIS_MIN;
  private long toleranceMillis = TOLERANCE_MILLIS_FIRST;
  private Loop.Timer registrationTimer;
  private Loop.Timer toleranceTimer;

  LeaderConnection(World world, LeaderLocator locator, Listener listener) {
    this.world = world;
    this.locator = locator;
    this.listener = listener;
  }

  /** Hears of the connection. */
  interface Listener {
    /** The first message of a connection. */
    ToLeader.RegisterWorker registration(long highestEpoch);

    /** The leader took this worker. */
    void registered(ToWorker.WorkerAccepted accepted);

    /** A message from the leader, of an epoch that may be obeyed. */
    void received(ToWorker message);

    /** A registered connection is lost. */
    void lost();

    /** There was no leader for too long. */
    void leaderless(long millis);
  }

  void start() {
    toleranceTimer = world.loop().schedule(toleranceMillis, this::leaderless);
    connect();
  }

  /** Registers nowhere any more, since the worker is about to end; what stands is kept. */
  void leave() {
    leaving = true;
  }

  void stop() {
    stopped = true;
    cancel(registrationTimer);
    cancel(toleranceTimer);
    if (current != null && current.link != null) {
      current.link.close();
    }
  }

  /** Whether the leader took this worker and the connection stands. */
  boolean isRegistered() {
    return registered;
  }

  /** Sends a message when registered. */
  void send(ToLeader message) {
    if (registered) {
      current.link.send(message);
    }
  }

  /** Leaves a leader that is silent or no longer the one the locator knows. */
  void checkLeader() {
    long silent = (world.clock().nanoTime() - lastHeardNanos) / 1_000_000;
    if (registered && (silent > silenceMillis || world.odd(Oddity.LEADER_LEFT))) {
      LOG.info("The leader at {} was silent for {} ms", address, silent);
      drop();
      return;
    }
    Optional<Address> known = locator.leader();
    if (registered && known.isPresent() && !known.get().equals(address)) {
      LOG.info("The leader moved from {} to {}", address, known.get());
      drop();
    }
  }

  private void connect() {
    if (stopped || leaving) {
      return;
    }
    Optional<Address> known = locator.leader();
    if (known.isEmpty()) {
      again();
      return;
    }
    address = known.get();
    current = new Attempt();
    registrationTimer = world.loop().schedule(REGISTRATION_MILLIS, this::drop);
    MessageLink.connect(world.transport(), address, current);
  }

  /** Gives the present connection up and begins anew. */
  private void drop() {
    MessageLink link = current == null ? null : current.link;
    lost("it was given up");
    if (link != null) {
      link.close();
    }
  }

  private void lost(Object cause) {
    boolean was = registered;
    registered = false;
    current = null;
    cancel(registrationTimer);
    if (stopped) {
      return;
    }
    LOG.info("No connection to the leader at {}: {}", address, String.valueOf(cause));
    if (was) {
      toleranceTimer = world.loop().schedule(toleranceMillis, this::leaderless);
      listener.lost();
    }
    again();
  }

  private void again() {
    if (!world.keeps(Rule.RECONNECT) && highestEpoch > 0) {
      return;
    }
    long jitter = world.random().nextLong(pauseMillis / 2 + 1);
    world.loop().schedule(pauseMillis + jitter, this::connect);
    pauseMillis = Math.min(pauseMillis * 2, PAUSE_MILLIS_MAX);
  }

  private void leaderless() {
    if (!registered && !stopped) {
      listener.leaderless(toleranceMillis);
    }
  }

  private void received(ToWorker message) {
    if (message.epoch() < highestEpoch) {
      LOG.warn(
          "Refused {} of a leader of epoch {}, for epoch {} was seen",
          message.getClass().getSimpleName(),
          message.epoch(),
          highestEpoch);
      drop();
      return;
    }
    highestEpoch = message.epoch();
    lastHeardNanos = world.clock().nanoTime();
    if (message instanceof ToWorker.LeaderAlive alive) {
      silenceMillis = alive.silenceMillis();
    } else if (message instanceof ToWorker.WorkerAccepted accepted) {
      if (!registered) {
        registered = true;
        pauseMillis = PAUSE_MILLIS_MIN;
        silenceMillis = Long.MAX_VALUE;
        toleranceMillis = accepted.leaderToleranceMillis();
        cancel(registrationTimer);
        cancel(toleranceTimer);
        listener.registered(accepted);
      }
    } else {
      listener.received(message);
    }
  }

  private static void cancel(Loop.Timer timer) {
    if (timer != null) {
      timer.cancel();
    }
  }

  /** One connection; events of one that was given up are ignored. */
  private final class Attempt implements MessageLink.Handler {
    private MessageLink link;

    @Override
    public void opened(MessageLink opened) {
      link = opened;
      if (current != this || stopped || leaving) {
        opened.close();
        return;
      }
      opened.send(listener.registration(highestEpoch));
    }

    @Override
    public void received(MessageLink from, Message message) {
      if (current == this && !stopped && message instanceof ToWorker toWorker) {
        LeaderConnection.this.received(toWorker);
      }
    }

    @Override
    public void closed(MessageLink closed, Throwable cause) {
      if (current == this) {
        lost(cause);
      }
    }
  }
}
