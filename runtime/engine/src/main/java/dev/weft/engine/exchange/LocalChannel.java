package dev.weft.engine.exchange;

import dev.weft.engine.batch.ObjectBatch;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * A bounded ring between two tasks of one process: frames go over by reference. One producer, one
 * consumer, no lock. Of frames with large records it holds fewer.
 *
 * <p>An empty slot is null, so that neither side reads the other's position (the FastForward queue
 * of Giacomoni, Moseley and Vachharajani, PPoPP 2008). A producer that finds the ring full asks to
 * be woken; the consumer does so when half of the ring is free.
 */
public final class LocalChannel implements InputChannel, OutputChannel {
  /** How many frames a ring holds. */
  static final int FRAMES_MAX = 16;

  /** About how many bytes of records a ring holds, unless two frames have more. */
  static final long BYTES_MAX = 16 << 20;

  /** One that the consumer is busy with and one that is ready for it. */
  private static final int FRAMES_LEAST = 2;

  private static final int MASK = FRAMES_MAX - 1;

  /** Longs in two cache lines: prefetchers fetch lines in pairs. */
  private static final int PADDING = 16;

  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Frame[].class);

  private static final VarHandle SPARE = MethodHandles.arrayElementVarHandle(ObjectBatch[].class);

  private final Frame[] slots = new Frame[FRAMES_MAX];

  /** Batches on their way back, so that their arrays are used again; what finds no room is lost. */
  private final ObjectBatch[] spares = new ObjectBatch[FRAMES_MAX];

  /**
   * The producer's position at {@link #PADDING}, and where it takes the next spare batch behind it;
   * the consumer's two cache lines further.
   */
  private final long[] positions = new long[PADDING * 3];

  /** How many frames like the last one the ring holds; the producer's. */
  private int framesMax = FRAMES_MAX;

  private final ReadySet.Bit ready = new ReadySet.Bit();
  private volatile boolean producerWaits;
  private Runnable wakeProducer = () -> {};
  private Runnable wakeConsumer = () -> {};
  private Announcements announcements = (checkpointId, urgent) -> {};

  /** Says how the producer is woken; called before frames flow. */
  public void producer(Runnable wake) {
    wakeProducer = wake;
  }

  /** Says how the consumer is woken; called before frames flow. */
  public void consumer(Runnable wake) {
    wakeConsumer = wake;
  }

  /** Says who hears of barriers ahead of the frames; called before frames flow. */
  public void announcements(Announcements consumer) {
    announcements = consumer;
  }

  @Override
  public void announce(long checkpointId, boolean urgent) {
    announcements.announced(checkpointId, urgent);
  }

  @Override
  public ReadySet.Bit ready() {
    return ready;
  }

  @Override
  public boolean offer(Frame frame) {
    int limit = FRAMES_MAX;
    if (frame instanceof Frame.Data data) {
      limit = framesMax(data.bytes());
      if (framesMax != limit) {
        framesMax = limit;
      }
    }
    if (!hasRoom(limit)) {
      return false;
    }
    int slot = (int) positions[PADDING]++ & MASK;
    SLOT.setRelease(slots, slot, frame);
    ready.set();
    wakeConsumer.run();
    return true;
  }

  @Override
  public boolean hasRoom() {
    return hasRoom(framesMax);
  }

  private static int framesMax(long bytes) {
    return bytes * FRAMES_MAX <= BYTES_MAX
        ? FRAMES_MAX
        : (int) Math.max(FRAMES_LEAST, BYTES_MAX / bytes);
  }

  /** Whether fewer frames are under way: the one that was written so many before is taken. */
  private boolean hasRoom(int limit) {
    int slot = (int) (positions[PADDING] - limit) & MASK;
    if (SLOT.getAcquire(slots, slot) == null) {
      return true;
    }
    producerWaits = true;
    return SLOT.getVolatile(slots, slot) == null;
  }

  @Override
  public int rowsMax() {
    return ObjectBatch.ROWS_MAX;
  }

  @Override
  public ObjectBatch spare() {
    int slot = (int) positions[PADDING + 1] & MASK;
    ObjectBatch spare = (ObjectBatch) SPARE.getAcquire(spares, slot);
    if (spare != null) {
      positions[PADDING + 1]++;
      SPARE.setRelease(spares, slot, null);
    }
    return spare;
  }

  @Override
  public void done(ObjectBatch batch) {
    int slot = (int) positions[PADDING * 2 + 1] & MASK;
    if (SPARE.getAcquire(spares, slot) == null) {
      Arrays.fill(batch.values(), 0, batch.size(), null);
      positions[PADDING * 2 + 1]++;
      SPARE.setRelease(spares, slot, batch);
    }
  }

  @Override
  public Frame poll() {
    int slot = (int) positions[PADDING * 2] & MASK;
    Frame frame = (Frame) SLOT.getAcquire(slots, slot);
    if (frame == null) {
      return null;
    }
    positions[PADDING * 2]++;
    SLOT.setVolatile(slots, slot, null);
    if (producerWaits && SLOT.getAcquire(slots, (slot + FRAMES_MAX / 2) & MASK) == null) {
      producerWaits = false;
      wakeProducer.run();
    }
    return frame;
  }
}
