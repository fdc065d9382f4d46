package dev.weft.api.connector.builtin;

import dev.weft.api.connector.InputStatus;
import dev.weft.api.connector.ReaderOutput;
import dev.weft.api.connector.SourceReader;
import dev.weft.api.connector.SourceReaderContext;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;

/**
 * Emits what a function makes of the indexes of its splits, always the smallest index first, so
 * that a reader with several endless splits serves them all. With a rate, no more records leave
 * than the wall clock allows, and a pause is made up for by at most one second's records.
 */
final class RangeReader<T> implements SourceReader<T, RangeSplit> {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final double UNLIMITED = Double.POSITIVE_INFINITY;

  /**
   * Makes the object of an index. The compiler leaves out an object that comes from a constructor
   * where it sees that the function only takes the number out of it, but not one that comes from
   * {@code Long.valueOf} and is still needed when the function makes a record first.
   */
  private static final MethodHandle BOX = constructorOfLong();

  private final SourceReaderContext context;
  private final GeneratorFunction<Long, T> generator;
  private final double recordsPerSecond;
  private final long recordsPerCheckpoint;
  private final List<Cursor> cursors = new ArrayList<>();
  private boolean noMoreSplits;
  private boolean requested;
  private double allowance;
  private long sinceCheckpoint;
  private long lastRefillNanos = Long.MIN_VALUE;

  /** Where a split stands. */
  private static final class Cursor {
    final RangeSplit split;
    long next;

    Cursor(RangeSplit split) {
      this.split = split;
      this.next = split.next();
    }

    boolean done() {
      return next >= split.end();
    }

    void advance() {
      long following = next + split.stride();
      next = following < next ? split.end() : following;
    }
  }

  /**
   * Makes a reader.
   *
   * @param recordsPerSecond the rate, or 0 for none
   */
  RangeReader(
      SourceReaderContext context, GeneratorFunction<Long, T> generator, double recordsPerSecond) {
    this(context, generator, recordsPerSecond, Long.MAX_VALUE);
  }

  /**
   * Makes a reader.
   *
   * @param recordsPerSecond the rate, or 0 for none
   * @param recordsPerCheckpoint how many records to emit until a checkpoint has completed
   */
  RangeReader(
      SourceReaderContext context,
      GeneratorFunction<Long, T> generator,
      double recordsPerSecond,
      long recordsPerCheckpoint) {
    this.context = context;
    this.recordsPerCheckpoint = recordsPerCheckpoint;
    this.generator = generator;
    this.recordsPerSecond = recordsPerSecond <= 0 ? UNLIMITED : recordsPerSecond;
  }

  private static MethodHandle constructorOfLong() {
    MethodHandles.Lookup lookup = MethodHandles.publicLookup();
    try {
      return lookup.findConstructor(Long.class, MethodType.methodType(void.class, long.class));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @Override
  public void start() {
    try {
      generator.open(context);
    } catch (Exception e) {
      throw failed("in open", e);
    }
  }

  @Override
  public InputStatus pollNext(ReaderOutput<T> output) {
    if (cursors.isEmpty()) {
      if (noMoreSplits) {
        return InputStatus.END_OF_INPUT;
      }
      if (!requested) {
        requested = true;
        context.sendSplitRequest();
      }
      return InputStatus.NOTHING_AVAILABLE;
    }
    long limit = Long.MAX_VALUE;
    if (recordsPerSecond != UNLIMITED) {
      refill();
      limit = (long) allowance;
    }
    if (recordsPerCheckpoint != Long.MAX_VALUE) {
      limit = Math.min(limit, recordsPerCheckpoint - sinceCheckpoint);
    }
    return emit(output, limit);
  }

  private InputStatus emit(ReaderOutput<T> output, long limit) {
    long emitted = 0;
    while (emitted < limit && !cursors.isEmpty() && !output.isFull()) {
      Cursor cursor = cursors.size() == 1 ? cursors.get(0) : smallest();
      output.collect(record(cursor.next));
      emitted++;
      cursor.advance();
      if (cursor.done()) {
        cursors.remove(cursor);
      }
    }
    if (recordsPerSecond != UNLIMITED) {
      allowance -= emitted;
    }
    sinceCheckpoint += emitted;
    return emitted == limit ? InputStatus.NOTHING_AVAILABLE : InputStatus.MORE_AVAILABLE;
  }

  private T record(long index) {
    try {
      return generator.map((Long) BOX.invokeExact(index));
    } catch (Error e) {
      throw e;
    } catch (Throwable e) {
      throw failed("at index " + index, e);
    }
  }

  private static WeftException failed(String where, Throwable cause) {
    return new WeftException(
        ErrorCode.USER, "The generator function failed " + where + ": " + cause, cause);
  }

  private Cursor smallest() {
    Cursor best = cursors.get(0);
    for (int i = 1; i < cursors.size(); i++) {
      if (cursors.get(i).next < best.next) {
        best = cursors.get(i);
      }
    }
    return best;
  }

  private void refill() {
    java.time.Instant instant = context.clock().instant();
    long now = instant.getEpochSecond() * NANOS_PER_SECOND + instant.getNano();
    if (lastRefillNanos != Long.MIN_VALUE && now > lastRefillNanos) {
      allowance += (now - lastRefillNanos) * recordsPerSecond / NANOS_PER_SECOND;
      allowance = Math.min(allowance, Math.max(1, recordsPerSecond));
    }
    lastRefillNanos = now;
  }

  @Override
  public List<RangeSplit> snapshotState(long checkpointId) {
    List<RangeSplit> splits = new ArrayList<>(cursors.size());
    for (Cursor cursor : cursors) {
      RangeSplit split = cursor.split;
      splits.add(new RangeSplit(split.number(), cursor.next, split.end(), split.stride()));
    }
    return splits;
  }

  @Override
  public void addSplits(List<RangeSplit> splits) {
    requested = false;
    for (RangeSplit split : splits) {
      Cursor cursor = new Cursor(split);
      if (!cursor.done()) {
        cursors.add(cursor);
      }
    }
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) {
    sinceCheckpoint = 0;
    context.wakeUp();
  }

  @Override
  public void notifyNoMoreSplits() {
    noMoreSplits = true;
  }

  @Override
  public void close() {
    try {
      generator.close();
    } catch (Exception e) {
      throw failed("in close", e);
    }
  }
}
