package dev.weft.engine.exchange;

import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.protocol.EdgeKind;
import dev.weft.engine.world.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a task receives: takes frames from its channels in turn, merges watermarks, aligns barriers
 * and counts ends. Used by one thread.
 *
 * <p>A barrier that is known to be under way may overtake: the gate reads ahead up to it and keeps
 * the frames in between. What it has not handed out when all barriers are there belongs to the
 * checkpoint as {@link #overtaken()}.
 *
 * <p>The watermark is the lowest of the channels that are active and not at their end. A channel
 * that delivered a barrier is held until all have, also those that ended: barriers flow on after
 * the end of input.
 */
public final class InputGate {
  /** Batches with fewer rows are put together with what other channels have. */
  private static final int ROWS_ALONE = ObjectBatch.ROWS_MAX / 4;

  /** What is put together has no more bytes than this, but for the last batch. */
  private static final long BYTES_GATHERED_MAX = 1 << 20;

  private final Channel[] channels;
  private final Clock clock;
  private final ArrayDeque<Frame> pending = new ArrayDeque<>();
  private InputChannel shown;
  private ObjectBatch shownBatch;
  private final BatchBuilder gathered = new BatchBuilder();
  private final ReadySet ready;

  /** The channel whose turn it is. */
  private int next;

  private int input;
  private int ended;

  private long watermark = Long.MIN_VALUE;
  private boolean idle;

  private Frame.Barrier aligning;
  private int delivered;
  private long alignStartNanos;
  private long alignedNanos;
  private long passed;
  private long aborted;

  private final long patienceNanos;
  private final ArrayDeque<Overtaken> restored = new ArrayDeque<>();
  private List<Overtaken> overtaken = List.of();
  private long announced;
  private long overtakeNanos = Long.MAX_VALUE;

  /** A gate over the given channels, of which there is at least one. */
  public InputGate(List<Source> sources, Clock clock) {
    this(sources, clock, Long.MAX_VALUE);
  }

  /**
   * A gate.
   *
   * @param patienceNanos how long barriers are waited for before they overtake; the greatest long
   *     for ever
   */
  public InputGate(List<Source> sources, Clock clock, long patienceNanos) {
    this.channels = sources.stream().map(Channel::new).toArray(Channel[]::new);
    this.ready = new ReadySet(channels.length);
    for (int i = 0; i < channels.length; i++) {
      channels[i].source.channel().ready().attach(ready, i);
    }
    this.clock = clock;
    this.patienceNanos = patienceNanos;
  }

  /**
   * A channel and the input of the operator that it belongs to.
   *
   * @param channel where frames come from
   * @param input from 0; unions share one
   * @param kind of the edge
   */
  public record Source(InputChannel channel, int input, EdgeKind kind) {
    /** The only channel of an edge. */
    public Source(InputChannel channel, int input) {
      this(channel, input, EdgeKind.FORWARD);
    }

    /** What goes to all must be the same for all: it is never overtaken. */
    boolean overtakes() {
      return kind != EdgeKind.BROADCAST;
    }
  }

  /**
   * Records that a barrier overtook.
   *
   * @param keyed whether they belong to the subtask that has their key group
   */
  public record Overtaken(int input, boolean keyed, ObjectBatch batch) {}

  /**
   * The next frame for the task, or null when there is none now: data of one channel ({@link
   * #input()} says of which input), a merged watermark or idleness, a barrier when all channels
   * delivered it, the end when all channels ended.
   *
   * <p>The arrays of data are used anew from the next call on.
   */
  public Frame poll() {
    if (shownBatch != null) {
      shown.done(shownBatch);
      shownBatch = null;
    }
    gathered.reuse();
    if (!pending.isEmpty()) {
      return pending.remove();
    }
    Overtaken first = restored.poll();
    if (first != null) {
      input = first.input();
      return new Frame.Data(first.batch());
    }
    for (int at = ready.next(next); at >= 0; at = ready.next(next)) {
      Channel channel = channels[at];
      Frame frame = take(at);
      if (frame == null) {
        continue;
      }
      if (frame instanceof Frame.Data data) {
        input = channel.source.input();
        if (channels.length > 1 && data.batch().size() < ROWS_ALONE) {
          return gather(channel, data);
        }
        shown = channel.source.channel();
        shownBatch = data.batch();
        return frame;
      }
      control(channel, frame);
      if (!pending.isEmpty()) {
        return pending.remove();
      }
    }
    return null;
  }

  /** The next frame of a channel, whose turn is over; null when it has none or is held. */
  private Frame take(int at) {
    next = at + 1 == channels.length ? 0 : at + 1;
    Frame frame = channels[at].next();
    if (frame == null) {
      ready.empty(at);
    }
    return frame;
  }

  /**
   * Puts a small batch together with others that are there: with many channels there are many small
   * ones, and each would cost what a large one costs.
   */
  private Frame gather(Channel first, Frame.Data small) {
    long bytes = small.bytes();
    add(first, small.batch());
    while (gathered.size() < ObjectBatch.ROWS_MAX && bytes < BYTES_GATHERED_MAX) {
      int at = ready.next(next);
      if (at < 0 || channels[at].source.input() != input) {
        break;
      }
      Channel channel = channels[at];
      Frame frame = take(at);
      if (frame instanceof Frame.Data data
          && data.batch().hasHashes() != small.batch().hasHashes()) {
        channel.backlog.addFirst(data);
        next = at;
        break;
      }
      if (frame instanceof Frame.Data data) {
        bytes += data.bytes();
        add(channel, data.batch());
      } else if (frame != null) {
        control(channel, frame);
        if (!pending.isEmpty()) {
          break;
        }
      }
    }
    return new Frame.Data(gathered.lend(), bytes);
  }

  private void add(Channel channel, ObjectBatch batch) {
    gathered.add(batch, batch.hashes(), 0, batch.size());
    channel.source.channel().done(batch);
  }

  /** How many channels there are. */
  public int channels() {
    return channels.length;
  }

  /** Which input the data returned last belongs to. */
  public int input() {
    return input;
  }

  /** From the first barrier to the last of the checkpoint that passed last, nanoseconds. */
  public long alignedNanos() {
    return alignedNanos;
  }

  /** The checkpoint whose barriers are waited for, or 0. */
  public long aligning() {
    return aligning == null ? 0 : aligning.checkpointId();
  }

  /**
   * Checkpoints up to this one are given up: their barriers pass without waiting for each other, so
   * that neither this task nor those behind it are held by a barrier that may never come.
   */
  public void abort(long checkpointId) {
    aborted = Math.max(aborted, checkpointId);
    if (aligning != null && aligning.checkpointId() <= aborted) {
      pass(aligning);
    }
  }

  /** Puts records that a barrier once overtook before all others; called before the first poll. */
  public void restore(List<Overtaken> records) {
    restored.addAll(records);
  }

  /** The barrier of a checkpoint is under way in a channel. */
  public void announced(int channel, long checkpointId, boolean urgent) {
    Channel told = channels[channel];
    told.announced = Math.max(told.announced, checkpointId);
    if (patienceNanos == Long.MAX_VALUE || checkpointId <= Math.max(passed, aborted)) {
      return;
    }
    if (checkpointId > announced) {
      announced = checkpointId;
      overtakeNanos = clock.nanoTime() + patienceNanos;
    }
    if (urgent && checkpointId == announced) {
      overtakeNanos = Long.MIN_VALUE;
    }
  }

  /** When {@link #overtake()} should be called, nanoseconds; the greatest long for never. */
  public long overtakeNanos() {
    return announced > Math.max(passed, aborted) ? overtakeNanos : Long.MAX_VALUE;
  }

  /**
   * Reads ahead for barriers.
   *
   * @return the barrier when all channels have delivered it, which the caller handles at once; else
   *     null
   */
  public Frame.Barrier overtake() {
    if (!pending.isEmpty()) {
      return null;
    }
    for (Channel channel : channels) {
      if (channel.source.overtakes() && channel.announced >= announced && !isHeld(channel)) {
        readAhead(channel);
      }
    }
    ready.lookIntoAll(); // what was read ahead is in no channel any more
    return pending.peek() instanceof Frame.Barrier ? (Frame.Barrier) pending.remove() : null;
  }

  private boolean isHeld(Channel channel) {
    return channel.held && aligning != null && aligning.checkpointId() == announced;
  }

  private void readAhead(Channel channel) {
    Frame frame = channel.source.channel().poll();
    while (frame != null) {
      if (frame instanceof Frame.Barrier barrier) {
        barrier(channel, barrier);
        if (barrier.checkpointId() >= announced) {
          return;
        }
      } else {
        channel.backlog.add(frame);
      }
      frame = channel.source.channel().poll();
    }
  }

  /** The records that the barrier returned last overtook, in their order. */
  public List<Overtaken> overtaken() {
    return overtaken;
  }

  private List<Overtaken> waiting() {
    List<Overtaken> waiting = new ArrayList<>(restored);
    for (Channel channel : channels) {
      for (Frame frame : channel.backlog) {
        if (frame instanceof Frame.Data data) {
          boolean keyed = channel.source.kind() == EdgeKind.HASH;
          waiting.add(new Overtaken(channel.source.input(), keyed, data.batch()));
        }
      }
    }
    return waiting;
  }

  private void control(Channel channel, Frame frame) {
    if (frame instanceof Frame.Watermark mark) {
      channel.watermark = Math.max(channel.watermark, mark.timestamp());
      merge();
    } else if (frame instanceof Frame.Idle change) {
      channel.idle = change.idle();
      merge();
    } else if (frame instanceof Frame.Barrier barrier) {
      barrier(channel, barrier);
    } else if (!channel.ended) {
      channel.ended = true;
      channel.watermark = Long.MAX_VALUE;
      ended++;
      merge();
      if (ended == channels.length) {
        pending.add(new Frame.EndOfInput());
      }
    }
  }

  /** A channel at its end no longer holds the watermark back, but does not drive it either. */
  private void merge() {
    long lowest = Long.MAX_VALUE;
    boolean allAtEnd = true;
    boolean anyActive = false;
    for (Channel channel : channels) {
      if (channel.watermark != Long.MAX_VALUE) {
        allAtEnd = false;
        if (!channel.idle) {
          anyActive = true;
          lowest = Math.min(lowest, channel.watermark);
        }
      }
    }
    boolean nowIdle = !allAtEnd && !anyActive;
    if (nowIdle != idle) {
      idle = nowIdle;
      pending.add(new Frame.Idle(idle));
    }
    if ((anyActive || allAtEnd) && lowest > watermark) {
      watermark = lowest;
      pending.add(new Frame.Watermark(lowest));
    }
  }

  private void barrier(Channel channel, Frame.Barrier barrier) {
    long id = barrier.checkpointId();
    if (id <= passed || (aligning != null && id < aligning.checkpointId())) {
      return;
    }
    if (aligning == null || id > aligning.checkpointId()) {
      release();
      aligning = barrier;
      alignStartNanos = clock.nanoTime();
    }
    channel.held = true;
    delivered++;
    if (delivered == channels.length || id <= aborted) {
      pass(barrier);
    }
  }

  private void pass(Frame.Barrier barrier) {
    release();
    aligning = null;
    passed = barrier.checkpointId();
    alignedNanos = clock.nanoTime() - alignStartNanos;
    overtaken = waiting();
    pending.add(barrier);
  }

  private void release() {
    for (Channel channel : channels) {
      channel.held = false;
    }
    ready.lookIntoAll();
    delivered = 0;
  }

  /** A channel's part in merging and aligning. */
  private static final class Channel {
    final Source source;
    long watermark = Long.MIN_VALUE;
    boolean idle;
    boolean held;
    boolean ended;

    /** What was read ahead, all of it before the last barrier read. */
    final ArrayDeque<Frame> backlog = new ArrayDeque<>(0);

    long announced;

    Channel(Source source) {
      this.source = source;
    }

    Frame next() {
      if (!backlog.isEmpty()) {
        return backlog.remove();
      }
      return held ? null : source.channel().poll();
    }
  }
}
