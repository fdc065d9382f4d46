package dev.weft.engine.operator.source;

import dev.weft.api.OutputTag;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.operator.EventTimeStamper;
import dev.weft.engine.operator.Output;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The event time of a reader: that of its records, or of the slowest of its splits where it gives
 * these outputs of their own. A split that is idle holds the others back no more; the reader is
 * idle when all of them are.
 */
final class ReaderEventTime {
  private final Supplier<EventTimeStamper> stampers;
  private final Part rest;
  private final Map<String, Part> splits = new LinkedHashMap<>();
  private Output out;
  private long emitted = Long.MIN_VALUE;
  private boolean idle;
  private boolean changed;

  /**
   * Of a reader.
   *
   * @param stampers makes what gives the records of one split their time
   */
  ReaderEventTime(Supplier<EventTimeStamper> stampers) {
    this.stampers = stampers;
    this.rest = new Part(stampers.get());
  }

  /** A split that event time waits for from now on. */
  void open(String splitId) {
    splits.put(splitId, new Part(stampers.get()));
    changed = true;
  }

  /** Event time waits for a split no more. */
  void release(String splitId) {
    splits.remove(splitId);
    changed = true;
  }

  /** Emits rows of a split, or of none, with their time, and the watermark when it moves. */
  void emit(String splitId, ObjectBatch batch, Output target) throws Exception {
    settle(target);
    Part part = splitId == null ? rest : splits.get(splitId);
    part.stamper.emit(batch, part);
  }

  /** Emits what follows from splits that came and went. */
  void settle(Output target) {
    out = target;
    if (changed) {
      changed = false;
      combine();
    }
  }

  /** Asks generators when it is time, and looks for splits that are silent. */
  void timePasses(Output target) {
    out = target;
    rest.stamper.timePasses(rest);
    for (Part split : splits.values()) {
      if (split.paused) {
        split.stamper.paused();
      }
      split.stamper.timePasses(split);
    }
  }

  /** The reader is held up: that it emits nothing does not make it idle. */
  void paused() {
    rest.stamper.paused();
    for (Part split : splits.values()) {
      split.stamper.paused();
    }
  }

  /** Wall-clock milliseconds at which to call {@link #timePasses}. */
  long nextCallMillis() {
    long next = rest.stamper.nextCallMillis();
    for (Part split : splits.values()) {
      next = Math.min(next, split.stamper.nextCallMillis());
    }
    return next;
  }

  /** The watermark so far; {@code Long.MAX_VALUE} while nothing waits for this reader. */
  long progress() {
    return idle ? Long.MAX_VALUE : emitted;
  }

  /** How many splits event time waits for. */
  int splitCount() {
    return splits.size();
  }

  /**
   * Pauses the splits that are beyond a watermark and resumes the others.
   *
   * @param paused hears the ids of those that are to stop
   * @param resumed hears the ids of those that may go on
   */
  void pauseBeyond(long watermark, Consumer<String> paused, Consumer<String> resumed) {
    splits.forEach(
        (id, split) -> {
          boolean ahead = !split.idle && split.watermark > watermark;
          if (ahead != split.paused) {
            split.paused = ahead;
            (ahead ? paused : resumed).accept(id);
          }
        });
  }

  private void combine() {
    boolean allIdle = rest.idle;
    long slowest = rest.watermark;
    if (!splits.isEmpty()) {
      allIdle = true;
      slowest = Long.MAX_VALUE;
      for (Part split : splits.values()) {
        if (!split.idle) {
          allIdle = false;
          slowest = Math.min(slowest, split.watermark);
        }
      }
      slowest = allIdle ? emitted : slowest;
    }
    if (allIdle != idle) {
      idle = allIdle;
      out.idle(allIdle);
    }
    if (slowest > emitted) {
      emitted = slowest;
      out.watermark(slowest);
    }
  }

  /** The event time of the records of one split; its rows pass at once. */
  private final class Part implements Output {
    final EventTimeStamper stamper;
    long watermark = Long.MIN_VALUE;
    boolean idle;
    boolean paused;

    Part(EventTimeStamper stamper) {
      this.stamper = stamper;
    }

    @Override
    public void emit(Object value, long timestamp) {
      out.emit(value, timestamp);
    }

    @Override
    public void emit(ObjectBatch batch) {
      out.emit(batch);
    }

    @Override
    public void emit(OutputTag<?> tag, Object value, long timestamp) {
      out.emit(tag, value, timestamp);
    }

    @Override
    public void watermark(long timestamp) {
      boolean slowest = watermark <= emitted;
      watermark = timestamp;
      if (slowest) {
        combine();
      }
    }

    @Override
    public void idle(boolean now) {
      idle = now;
      combine();
    }
  }
}
