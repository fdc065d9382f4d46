package dev.weft.engine.simulated;

import dev.weft.engine.world.Oddity;
import dev.weft.engine.world.Rule;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * The queue of events and the processes of a simulated cluster. Everything runs on the thread that
 * calls {@link #step}; the same seed gives the same run.
 */
public final class SimulatedCluster {
  private static final int TRACE_LINES = 400;
  private static final double ODDITY_CHANCE = 0.03;

  /** Of what has few occasions in a run. */
  private static final double RARE_ODDITY_CHANCE = 0.4;

  private static final Set<Oddity> RARE =
      EnumSet.of(
          Oddity.FEW_IDS,
          Oddity.REPORT_TOO_LATE,
          Oddity.COMMIT_IN_DOUBT,
          Oddity.IDLE_WORKER_RELEASED);
  private static final long EPOCH_MILLIS = 1_700_000_000_000L;

  private final long seed;
  private final SplittableRandom random;
  private final PriorityQueue<Event> queue = new PriorityQueue<>();
  private final Map<String, SimulatedWorld> processes = new LinkedHashMap<>();
  private final ArrayDeque<Line> trace = new ArrayDeque<>();
  private final List<Runnable> afterEachEvent = new ArrayList<>();
  private final SimulatedFiles files;
  private final SimulatedNetwork network;
  private final SimulatedCoordination coordination;
  private final FaultLog faultLog = new FaultLog();
  private final Set<Rule> broken = EnumSet.noneOf(Rule.class);
  private SimulatedFaults faults = SimulatedFaults.NONE;
  private long nowNanos;
  private long sequence;
  private long eventCount;
  private long traceHash = 1125899906842597L;

  /** A cluster without processes and without faults. */
  public SimulatedCluster(long seed) {
    this.seed = seed;
    this.random = new SplittableRandom(seed);
    this.files = new SimulatedFiles(this);
    this.network = new SimulatedNetwork(this);
    this.coordination = new SimulatedCoordination(this);
  }

  /** The seed. */
  public long seed() {
    return seed;
  }

  /** Chance for the whole cluster. */
  public SplittableRandom random() {
    return random;
  }

  /** The files that all processes share. */
  public SimulatedFiles files() {
    return files;
  }

  /** The network between processes. */
  public SimulatedNetwork network() {
    return network;
  }

  /** What stands for ZooKeeper. */
  public SimulatedCoordination coordination() {
    return coordination;
  }

  /** Which faults may happen now. */
  public SimulatedFaults faults() {
    return faults;
  }

  /** Changes which faults may happen. */
  public void faults(SimulatedFaults newFaults) {
    this.faults = newFaults;
  }

  /** Starts a process. A name may be used again after its process was killed. */
  public SimulatedWorld start(String name) {
    SimulatedWorld old = processes.get(name);
    if (old != null && old.alive()) {
      throw new IllegalStateException("process " + name + " runs already");
    }
    SimulatedWorld world = new SimulatedWorld(this, name);
    processes.put(name, world);
    note(name, "started");
    return world;
  }

  /** Ends a process at once, as kill -9 does. */
  public void kill(SimulatedWorld process) {
    if (process.alive()) {
      note(process.name(), "killed");
      process.die();
      network.processDied(process);
      files.processDied(process);
      coordination.processDied(process);
    }
  }

  /** Stops a process for a while, as SIGSTOP does: it does nothing and notices nothing. */
  public void pause(SimulatedWorld process, long millis) {
    note(process.name(), "paused for " + millis + " ms");
    process.pauseUntil(nowNanos + millis * 1_000_000L);
    coordination.processPaused(process, millis);
  }

  /** Nanoseconds since the start of the simulation. */
  public long nowNanos() {
    return nowNanos;
  }

  /** Milliseconds since the start of the simulation. */
  public long nowMillis() {
    return nowNanos / 1_000_000L;
  }

  /** The wall clock. */
  public long wallMillis() {
    return EPOCH_MILLIS + nowMillis();
  }

  /** How many events ran. */
  public long eventCount() {
    return eventCount;
  }

  /** A hash of all that was noted; equal for equal runs. */
  public long traceHash() {
    return traceHash;
  }

  /** Calls a check after every event; it throws when something is wrong. */
  public void afterEachEvent(Runnable check) {
    afterEachEvent.add(check);
  }

  /** Queues an action of a process (or, with null, of the cluster itself). */
  Event schedule(SimulatedWorld process, long delayNanos, Runnable action) {
    Event event = new Event(nowNanos + Math.max(0, delayNanos), sequence++, process, action);
    queue.add(event);
    return event;
  }

  /** Queues an action of the cluster itself, such as a fault. */
  public void after(long delayMillis, Runnable action) {
    schedule(null, delayMillis * 1_000_000L, action);
  }

  /** A random delay in nanoseconds between the two bounds given in microseconds. */
  long delayMicros(long from, long to) {
    return random.nextLong(from * 1000, to * 1000 + 1);
  }

  /** Whether a fault with the given chance happens. */
  boolean chance(String kind, double probability) {
    return probability > 0 && faultLog.occasion(kind, random.nextDouble() < probability);
  }

  /** The faults that happened. */
  public FaultLog faultLog() {
    return faultLog;
  }

  /** Plants a bug: production code no longer keeps a rule. */
  public void breakRule(Rule rule) {
    broken.add(rule);
  }

  boolean keeps(Rule rule) {
    return !broken.contains(rule);
  }

  boolean odd(Oddity oddity) {
    return faults.oddities().contains(oddity)
        && chance(oddity.name(), RARE.contains(oddity) ? RARE_ODDITY_CHANCE : ODDITY_CHANCE);
  }

  /** Runs the next event; false when there is none. */
  public boolean step() {
    Event event = queue.poll();
    if (event == null) {
      return false;
    }
    if (event.cancelled || (event.process != null && !event.process.alive())) {
      return true;
    }
    if (event.process != null && event.process.pausedUntilNanos() > event.atNanos) {
      event.atNanos = event.process.pausedUntilNanos();
      queue.add(event);
      return true;
    }
    nowNanos = Math.max(nowNanos, event.atNanos);
    eventCount++;
    event.action.run();
    for (Runnable check : afterEachEvent) {
      check.run();
    }
    return true;
  }

  /**
   * Runs events until a condition holds.
   *
   * @throws AssertionError when it does not within so many simulated milliseconds
   */
  public void runUntil(String what, long millisMax, BooleanSupplier condition) {
    long end = nowNanos + millisMax * 1_000_000L;
    while (!condition.getAsBoolean()) {
      if (nowNanos > end || !step()) {
        throw new AssertionError(
            "after " + millisMax + " simulated ms still not: " + what + "\n" + lastEvents());
      }
    }
  }

  /** Runs all events of the next so many simulated milliseconds. */
  public void runFor(long millis) {
    long end = nowNanos + millis * 1_000_000L;
    while (!queue.isEmpty() && queue.peek().atNanos <= end) {
      step();
    }
    nowNanos = Math.max(nowNanos, end);
  }

  /** Remembers a line of what happened, for failure reports. */
  public void note(String process, String what) {
    traceHash = ((traceHash * 31 + nowNanos) * 31 + process.hashCode()) * 31 + what.hashCode();
    if (trace.size() == TRACE_LINES) {
      trace.removeFirst();
    }
    trace.addLast(new Line(nowNanos, process, what));
  }

  /** The last lines noted. */
  public String lastEvents() {
    return trace.stream().map(Line::toString).collect(Collectors.joining("\n"));
  }

  /** What was noted; it is seldom read. */
  private record Line(long atNanos, String process, String what) {
    @Override
    public String toString() {
      return String.format(
          "%8d.%03d ms  %-12s %s", atNanos / 1_000_000, atNanos / 1000 % 1000, process, what);
    }
  }

  /** A queued action. */
  static final class Event implements Comparable<Event> {
    private long atNanos;
    private final long order;
    private final SimulatedWorld process;
    private final Runnable action;
    private boolean cancelled;

    private Event(long atNanos, long order, SimulatedWorld process, Runnable action) {
      this.atNanos = atNanos;
      this.order = order;
      this.process = process;
      this.action = action;
    }

    void cancel() {
      cancelled = true;
    }

    @Override
    public int compareTo(Event other) {
      return atNanos != other.atNanos
          ? Long.compare(atNanos, other.atNanos)
          : Long.compare(order, other.order);
    }
  }
}
