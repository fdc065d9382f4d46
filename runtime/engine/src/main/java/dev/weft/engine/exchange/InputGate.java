package dev.weft.engine.exchange;

import dev.weft.engine.world.Clock;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Where a task receives: takes frames from its channels in turn, merges watermarks, aligns barriers
 * and counts ends. Used by one thread.
 *
 * <p>The watermark is the lowest of the channels that are active and not at their end. A channel
 * that delivered a barrier is held until all have, also those that ended: barriers flow on after
 * the end of input.
 */
public final class InputGate {
  private final Channel[] channels;
  private final Clock clock;
  private final ArrayDeque<Frame> pending = new ArrayDeque<>();
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

  /** A gate over the given channels, of which there is at least one. */
  public InputGate(List<Source> sources, Clock clock) {
    this.channels = sources.stream().map(Channel::new).toArray(Channel[]::new);
    this.clock = clock;
  }

  /**
   * A channel and the input of the operator that it belongs to.
   *
   * @param channel where frames come from
   * @param input from 0; unions share one
   */
  public record Source(InputChannel channel, int input) {}

  /**
   * The next frame for the task, or null when there is none now: data of one channel ({@link
   * #input()} says of which input), a merged watermark or idleness, a barrier when all channels
   * delivered it, the end when all channels ended.
   */
  public Frame poll() {
    if (!pending.isEmpty()) {
      return pending.remove();
    }
    int tried = 0;
    while (tried < channels.length) {
      Channel channel = channels[next];
      Frame frame = channel.held ? null : channel.source.channel().poll();
      next = next + 1 == channels.length ? 0 : next + 1;
      if (frame == null) {
        tried++;
        continue;
      }
      tried = 0;
      if (frame instanceof Frame.Data) {
        input = channel.source.input();
        return frame;
      }
      control(channel, frame);
      if (!pending.isEmpty()) {
        return pending.remove();
      }
    }
    return null;
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
    pending.add(barrier);
  }

  private void release() {
    for (Channel channel : channels) {
      channel.held = false;
    }
    delivered = 0;
  }

  /** A channel's part in merging and aligning. */
  private static final class Channel {
    final Source source;
    long watermark = Long.MIN_VALUE;
    boolean idle;
    boolean held;
    boolean ended;

    Channel(Source source) {
      this.source = source;
    }
  }
}
