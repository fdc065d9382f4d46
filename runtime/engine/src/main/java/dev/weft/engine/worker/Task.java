package dev.weft.engine.worker;

import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.connector.InputStatus;
import dev.weft.api.error.ErrorCode;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.exchange.ChannelState;
import dev.weft.engine.exchange.Frame;
import dev.weft.engine.exchange.InputGate;
import dev.weft.engine.exchange.StoredExchange;
import dev.weft.engine.exec.Tasklet;
import dev.weft.engine.operator.Operator;
import dev.weft.engine.operator.SourceOperator;
import dev.weft.engine.protocol.CheckpointKind;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.protocol.TaskState;
import dev.weft.engine.state.unkeyed.FrozenElements;
import dev.weft.engine.world.Clock;
import dev.weft.engine.world.Oddity;
import dev.weft.engine.world.Rule;
import dev.weft.engine.world.Seam;
import dev.weft.engine.world.Verify;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One subtask: a chain between an input gate (or a source) and its output gates. Begins when its
 * operators are open, works from Start on, and lives on after its input ended, to take part in
 * checkpoints, until it is cancelled. All fields belong to the thread that calls it.
 */
final class Task implements Tasklet {
  /** A call takes so many frames at most, however small they are. */
  private static final int FRAMES_MAX = 64;

  /**
   * How long rows that do not fill a batch wait while the task has more to do. Without work they go
   * at once.
   */
  private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /**
   * For so many channels a turn has one batch more: the rows of a batch that is dealt out to many
   * make small batches, which cost more each and find less in the caches.
   */
  private static final int CHANNELS_PER_BATCH = 8;

  private static final int BATCHES_PER_TURN_MAX = 8;
  private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long IDLE_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long IDLE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(50);

  /** What is behind these would be compiled once more with each caller otherwise. */
  private static final MethodHandle STEP =
      Seam.at(MethodHandles.lookup(), Task.class, "step", Progress.class);

  private static final MethodHandle TAKE =
      Seam.at(MethodHandles.lookup(), InputGate.class, "poll", Frame.class);

  private final MethodHandle stepping = STEP;
  private final MethodHandle taking = TAKE;

  private final TaskSetup.Opened opened;
  private final String name;
  private final Chain chain;
  private final SourceOperator source;
  private final InputGate gate;
  private final Mailbox mailbox;
  private final TaskEvents events;
  private final TaskCounters counters;
  private final Clock clock;
  private final boolean announces;
  private final ChannelState channels;
  private final int batchesPerTurn;
  private final AtomicInteger held = new AtomicInteger();

  private TaskState state = TaskState.READY;

  /** Whether all input came. */
  private boolean ended;

  /** Whether everything was emitted. */
  private boolean finished;

  /** A stop waits for its savepoint: nothing is emitted until the task is told to go on. */
  private boolean suspended;

  private long lastCheckpoint;
  private long abortedCheckpoint;
  private long completedCheckpoint;
  private long recordsIn;
  private long idleNanos = IDLE_NANOS_MIN;
  private long nextCallNanos = Long.MAX_VALUE;
  private long flushedNanos;

  /**
   * A task whose chain is open and connected.
   *
   * @param gate null for a source
   */
  Task(TaskSetup.Opened opened, InputGate gate, Mailbox mailbox, TaskEvents events, Clock clock) {
    this.opened = opened;
    this.name = opened.name();
    this.chain = opened.chain();
    this.source = chain.source();
    this.gate = gate;
    this.mailbox = mailbox;
    this.events = events;
    this.counters = opened.counters();
    this.clock = clock;
    this.flushedNanos = clock.nanoTime();
    this.announces = opened.plan().configuration().get(CheckpointingOptions.ENABLE_UNALIGNED);
    this.channels = new ChannelState(opened.spec());
    int widest = Math.max(chain.channels(), gate == null ? 0 : gate.channels());
    this.batchesPerTurn = Math.max(1, Math.min(BATCHES_PER_TURN_MAX, widest / CHANNELS_PER_BATCH));
    Verify.verify((source == null) == (gate != null), "%s has neither or both inputs", name);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long nextCallNanos() {
    return nextCallNanos;
  }

  @Override
  public boolean isSource() {
    return source != null;
  }

  @Override
  public Progress call() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(opened.code());
    try {
      nextCallNanos = Long.MAX_VALUE;
      return (Progress) stepping.invokeExact(this);
    } catch (Throwable e) {
      // a cancellation interrupts blocking code, which then fails
      return cancelComes()
          ? end(TaskState.CANCELED, null)
          : end(TaskState.FAILED, Failures.report(e, name));
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private boolean cancelComes() {
    boolean comes = state == TaskState.CANCELED;
    for (TaskCommand command = mailbox.poll(); command != null; command = mailbox.poll()) {
      comes |= command instanceof TaskCommand.Cancel;
    }
    return comes;
  }

  /** What a call does. */
  Progress step() {
    boolean worked = commands();
    if (state == TaskState.CANCELED) {
      return end(TaskState.CANCELED, null);
    }
    worked |= overtake();
    if (state == TaskState.READY || !chain.hasRoom()) {
      flush(worked);
      return worked ? Progress.MADE : Progress.NONE;
    }
    boolean emits = !ended && !suspended;
    if (emits) {
      worked |= fireTimers();
      if (chain.takesInput()) {
        worked |= turn();
      }
    } else if (source == null && (finished || !ended)) {
      worked |= receive();
    }
    if (ended && !finished) {
      finished = chain.finish();
      worked |= finished || chain.takesInput();
      if (!finished) {
        callAt(chain.nextProcessingTime(), clock.currentTimeMillis());
      }
    }
    worked |= finished && handOver();
    flush(worked);
    count();
    if (finished && state == TaskState.RUNNING && chain.isEmpty()) {
      change(TaskState.DRAINED); // tells the counters, so they come first
    }
    return worked ? Progress.MADE : Progress.NONE;
  }

  /** Gives consumers that run later what they take. */
  private boolean handOver() {
    boolean any = false;
    for (StoredExchange exchange : opened.stored().values()) {
      any |= exchange.handOver();
    }
    return any;
  }

  /** Small batches cost more than waiting for a while, as long as there is something else to do. */
  private void flush(boolean busy) {
    long now = busy ? clock.nanoTime() : flushedNanos;
    if (!busy || now - flushedNanos >= GATHER_NANOS) {
      chain.flush();
      flushedNanos = now;
    }
  }

  private void count() {
    counters.watermark(chain.lastWatermark());
    counters.read(finished, clock);
    counters.records(source == null ? recordsIn : chain.emittedByFirst(), chain.sent());
  }

  /** Lets a barrier that waited for long go before what waits with it, even for want of room. */
  private boolean overtake() {
    if (gate == null || ended || state == TaskState.READY) {
      return false;
    }
    long due = gate.overtakeNanos();
    if (due == Long.MAX_VALUE) {
      return false;
    }
    long now = clock.nanoTime();
    if (now < due) {
      nextCallNanos = Math.min(nextCallNanos, due);
      return false;
    }
    Frame.Barrier barrier = gate.overtake();
    if (barrier == null) {
      return false;
    }
    checkpoint(barrier, gate.alignedNanos(), now - gate.alignedNanos(), true);
    return true;
  }

  /** Handles some batches, as long as nothing is in the way. */
  private boolean turn() {
    boolean worked = source == null ? receive() : poll();
    long begin = batchesPerTurn > 1 ? clock.nanoTime() : 0;
    boolean more = worked;
    for (int i = 1; i < batchesPerTurn && more && !ended && !suspended; i++) {
      if (!chain.hasRoom()
          || !chain.takesInput()
          || clock.nanoTime() - begin > TURN_NANOS
          || !mailbox.isEmpty()) {
        break;
      }
      more = source == null ? receive() : poll();
    }
    return worked;
  }

  /** Takes frames until about a batch of rows is done. */
  private boolean receive() {
    int rows = 0;
    int frames = 0;
    int framesMax = opened.plan().world().odd(Oddity.ONE_FRAME) ? 1 : FRAMES_MAX;
    while (rows < ObjectBatch.ROWS_MAX && frames < framesMax && chain.takesInput()) {
      Frame frame = take();
      if (frame == null) {
        break;
      }
      frames++;
      if (frame instanceof Frame.Data data) {
        rows += data.batch().size();
        chain.process(gate.input(), data.batch());
      } else if (frame instanceof Frame.Watermark watermark) {
        chain.watermark(watermark.timestamp());
      } else if (frame instanceof Frame.Idle idle) {
        chain.idle(idle.idle());
      } else if (frame instanceof Frame.Barrier barrier) {
        long now = clock.nanoTime();
        checkpoint(barrier, gate.alignedNanos(), now - gate.alignedNanos(), false);
      } else {
        ended = true; // what follows waits until the operators have emitted everything
        break;
      }
    }
    recordsIn += rows;
    return frames > 0;
  }

  private Frame take() {
    try {
      return (Frame) taking.invokeExact(gate);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean poll() {
    long before = chain.emittedByFirst();
    InputStatus status = chain.poll();
    if (status == InputStatus.MORE_AVAILABLE) {
      idleNanos = IDLE_NANOS_MIN;
      return true;
    }
    if (status == InputStatus.END_OF_INPUT) {
      chain.endOfTime();
      ended = true;
      return true;
    }
    boolean emitted = chain.emittedByFirst() > before;
    idleNanos = emitted ? IDLE_NANOS_MIN : Math.min(idleNanos * 2, IDLE_NANOS_MAX);
    nextCallNanos = Math.min(nextCallNanos, clock.nanoTime() + idleNanos);
    return false;
  }

  private boolean fireTimers() {
    long next = chain.nextProcessingTime();
    if (next == Long.MAX_VALUE) {
      return false;
    }
    long now = clock.currentTimeMillis();
    boolean due = next <= now;
    if (due) {
      chain.processingTime(now);
      next = chain.nextProcessingTime();
    }
    callAt(next, now);
    return due;
  }

  private void callAt(long next, long now) {
    if (next != Long.MAX_VALUE) {
      long waitMillis = Math.min(Math.max(0, next - now), TimeUnit.DAYS.toMillis(1));
      nextCallNanos =
          Math.min(nextCallNanos, clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis));
    }
  }

  private boolean commands() {
    boolean any = false;
    for (TaskCommand command = mailbox.poll(); command != null; command = mailbox.poll()) {
      any = true;
      if (state != TaskState.CANCELED) {
        obey(command);
      }
    }
    return any;
  }

  private void obey(TaskCommand command) {
    if (command instanceof TaskCommand.Start) {
      if (state == TaskState.READY) {
        change(TaskState.RUNNING);
      }
      suspended = false;
    } else if (command instanceof TaskCommand.Trigger trigger) {
      Frame.Barrier barrier = trigger.barrier();
      if (source != null && state != TaskState.READY && barrier.checkpointId() > lastCheckpoint) {
        checkpoint(barrier, 0, clock.nanoTime(), false);
      }
    } else if (command instanceof TaskCommand.Drain) {
      if (source != null && state == TaskState.RUNNING && !ended) {
        chain.endOfTime();
        ended = true;
      }
    } else if (command instanceof TaskCommand.HandOver wanted) {
      opened.stored().get(wanted.edge()).serve(wanted.consumer(), wanted.channel());
    } else if (command instanceof TaskCommand.Announced announced) {
      gate.announced(announced.channel(), announced.checkpointId(), announced.urgent());
    } else if (command instanceof TaskCommand.Completed completed) {
      completed(completed.checkpointId());
    } else if (command instanceof TaskCommand.Aborted aborted) {
      abort(aborted.checkpointId());
    } else if (command instanceof TaskCommand.Abandon) {
      if (gate != null && gate.aligning() > 0) {
        abort(gate.aligning());
      }
    } else if (command instanceof TaskCommand.Cancel) {
      state = TaskState.CANCELED;
    } else if (command instanceof TaskCommand.Fail fail) {
      throw fail.cause();
    } else {
      tellReader(command);
    }
  }

  private void tellReader(TaskCommand command) {
    Verify.verify(source != null, "%s is no source but is told what readers are told", name);
    try {
      if (command instanceof TaskCommand.Splits splits) {
        source.addSplits(splits.version(), splits.splits());
        events.splits(splits.splits().size(), source.splitsSince(completedCheckpoint));
      } else if (command instanceof TaskCommand.Allowed allowed) {
        source.allow(allowed.watermark());
      } else {
        source.noMoreSplits();
      }
    } catch (Exception e) {
      throw chain.failed(0, e);
    }
  }

  private void completed(long checkpointId) {
    if (checkpointId <= completedCheckpoint) {
      return;
    }
    completedCheckpoint = checkpointId;
    chain.checkpointCompleted(checkpointId);
    if (source != null) {
      events.splits(0, source.splitsSince(checkpointId));
    }
  }

  private void abort(long checkpointId) {
    abortedCheckpoint = Math.max(abortedCheckpoint, checkpointId);
    suspended &= lastCheckpoint > abortedCheckpoint;
    if (gate != null) {
      gate.abort(abortedCheckpoint);
    }
  }

  /**
   * Lets the barrier go on and fixes this task's part. The barrier goes on in any case, so that
   * nobody behind waits for it.
   */
  private void checkpoint(
      Frame.Barrier barrier, long alignNanos, long startNanos, boolean overtook) {
    long id = barrier.checkpointId();
    lastCheckpoint = id;
    chain.broadcast(barrier);
    if (announces && !barrier.kind().isSavepoint()) { // a savepoint holds no records under way
      chain.announce(id, overtook);
    }
    if (id <= abortedCheckpoint) {
      return;
    }
    suspended = barrier.kind() == CheckpointKind.STOP;
    if (held.get() > 0 || opened.plan().world().odd(Oddity.CHECKPOINT_DECLINED)) {
      events.declined(
          id,
          new FailureReport(
              ErrorCode.RESOURCE,
              name + " is still writing its state of an earlier checkpoint",
              "",
              name));
      return;
    }
    if (source != null && !ended && !opened.plan().world().keeps(Rule.FREEZE_AT_BARRIER)) {
      poll();
    }
    List<FrozenElements> overtaken = overtaken();
    chain.nextSnapshot(barrier.baseCheckpointId(), barrier.kind().isSavepoint());
    List<Operator.Snapshot> snapshots = chain.snapshot(id);
    snapshots.set(0, snapshots.get(0).and(overtaken));
    held.set(keyed(snapshots));
    events.frozen(
        new FrozenTask(
            opened.task(),
            id,
            barrier.directory(),
            opened.operatorUids(),
            snapshots,
            alignNanos,
            startNanos,
            held));
  }

  private List<FrozenElements> overtaken() {
    try {
      return gate == null ? List.of() : channels.freeze(gate.overtaken());
    } catch (Exception e) {
      throw chain.failed(0, e);
    }
  }

  private static int keyed(List<Operator.Snapshot> snapshots) {
    return (int) snapshots.stream().filter(snapshot -> snapshot.keyed() != null).count();
  }

  private void change(TaskState to) {
    state = to;
    events.changed(to, null);
  }

  private Progress end(TaskState last, FailureReport failure) {
    count();
    Thread.interrupted(); // a cancellation's interrupt has done its work; closing must not see it
    Throwable closing = opened.close();
    FailureReport told =
        failure == null && finished && closing != null ? Failures.report(closing, name) : failure;
    state = last;
    events.changed(last, told);
    return Progress.DONE;
  }
}
