package dev.weft.engine.exchange;

import dev.weft.api.error.WeftException;
import dev.weft.engine.batch.BatchCodec;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.world.Link;
import dev.weft.engine.world.Seam;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The producer's end of a channel to another worker. The task's thread writes; a network thread
 * brings credit; the control thread opens and ends it and gives back credit that is not used.
 */
final class RemoteOutput implements OutputChannel {
  /**
   * So many batches fit into the window, or more: the receiver works while the next one travels.
   */
  private static final int BATCHES_IN_WINDOW = 4;

  /** Encoding would be compiled once more with each caller otherwise. */
  private static final MethodHandle SEND_PARTS =
      Seam.at(MethodHandles.lookup(), RemoteOutput.class, "sendWaiting", boolean.class, Link.class);

  private final MethodHandle sending = SEND_PARTS;

  private final ChannelKey key;
  private final byte[] prefix;
  private final BatchCodec codec;
  private final Runnable wake;
  private final Consumer<WeftException> onFailure;
  private final Traffic traffic;
  private final RecordCheck check;
  private final ByteSink sink = new ByteSink(1024);
  private final BatchSize batchSize = BatchSize.encoded();
  private final AtomicLong credit = new AtomicLong(CreditWindow.BYTES_LEAST);
  private volatile long window = CreditWindow.BYTES_LEAST;

  /** Whether data had to wait for credit since the last frame. */
  private boolean waited;

  /** Frames with data; written by the task's thread. */
  private volatile long sent;

  /** How many had been sent when the control thread looked. */
  private long seen;

  private volatile Link link;
  private final ArrayDeque<ObjectBatch> parts = new ArrayDeque<>();
  private long sequence;
  private ObjectBatch spare;

  RemoteOutput(ChannelKey key, ChannelEnd end) {
    this.key = key;
    this.prefix = WireFrame.prefix(key);
    this.codec = end.codec();
    this.wake = end.wake();
    this.onFailure = end.onFailure();
    this.traffic = end.traffic();
    this.check = end.check();
  }

  ChannelKey key() {
    return key;
  }

  /** The connection is there. */
  void connected(Link to) {
    link = to;
    wake.run();
  }

  /**
   * The receiver took bytes in.
   *
   * @param bytes that may be sent from now on
   * @param windowBytes that may be under way in all
   */
  void granted(long bytes, long windowBytes) {
    window = windowBytes;
    long before = credit.getAndAdd(bytes);
    if (before <= 0 && before + bytes > 0) {
      wake.run();
    }
  }

  /**
   * Gives back what a channel holds that has sent nothing since the last call, but for the least:
   * others may need it. On the control thread, from time to time.
   */
  void rest() {
    Link to = link;
    long sentSoFar = sent;
    if (to != null && sentSoFar == seen) {
      long spared = credit.get() - CreditWindow.BYTES_LEAST;
      if (spared > 0) {
        credit.addAndGet(-spared);
        window = CreditWindow.BYTES_LEAST;
        to.send(WireFrame.returned(prefix, spared));
      }
    }
    seen = sentSoFar;
  }

  /** To be called on the control thread. */
  void failed(WeftException cause) {
    onFailure.accept(cause);
  }

  @Override
  public boolean offer(Frame frame) {
    Link to = link;
    if (to == null || !sendParts(to)) {
      return false;
    }
    if (frame instanceof Frame.Data data) {
      if (!mayGo()) {
        return false;
      }
      ObjectBatch batch = data.batch();
      parts.add(batch);
      if (sendParts(to)) {
        Arrays.fill(batch.values(), 0, batch.size(), null);
        spare = batch;
      }
      return true;
    }
    int offset = WireFrame.begin(sink, WireFrame.typeOf(frame), prefix, sequence++);
    WireFrame.writeControl(frame, sink);
    to.send(WireFrame.finish(sink, offset));
    return true;
  }

  @Override
  public void announce(long checkpointId, boolean urgent) {
    Link to = link;
    if (to != null) {
      int offset = WireFrame.begin(sink, WireFrame.ANNOUNCEMENT, prefix, sequence++);
      sink.writeLong(checkpointId);
      sink.writeByte(urgent ? 1 : 0);
      to.send(WireFrame.finish(sink, offset));
    }
  }

  private boolean sendParts(Link to) {
    if (parts.isEmpty()) {
      return true;
    }
    try {
      return (boolean) sending.invokeExact(this, to);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Sends what was taken over, as far as there is credit; a batch that does not fit into a frame in
   * halves.
   *
   * @return whether nothing is left
   */
  private boolean sendWaiting(Link to) {
    while (!parts.isEmpty()) {
      if (!mayGo()) {
        return false;
      }
      ObjectBatch batch = parts.remove();
      byte type = waited ? WireFrame.DATA_THAT_WAITED : WireFrame.DATA;
      int offset = WireFrame.begin(sink, type, prefix, sequence);
      int begin = sink.position();
      codec.encode(batch, sink);
      check.find(batch, sink.position() - begin);
      if (batch.size() > 1 && !WireFrame.fits(sink)) {
        int middle = batch.size() / 2;
        parts.addFirst(batch.part(middle, batch.size()));
        parts.addFirst(batch.part(0, middle));
      } else {
        sequence++;
        send(to, batch.size(), WireFrame.finish(sink, offset));
      }
    }
    return true;
  }

  private void send(Link to, int rows, ByteBuffer frame) {
    int bytes = frame.remaining();
    credit.addAndGet(-(bytes + WireFrame.OVERHEAD_BYTES));
    traffic.add(rows, bytes);
    to.send(frame);
    waited = false;
    sent++;
    batchSize.observe(rows, bytes, window / BATCHES_IN_WINDOW);
  }

  private boolean mayGo() {
    if (credit.get() > 0) {
      return true;
    }
    waited = true;
    return false;
  }

  @Override
  public ObjectBatch spare() {
    ObjectBatch last = spare;
    spare = null;
    return last;
  }

  @Override
  public boolean hasRoom() {
    Link to = link;
    return to != null && sendParts(to) && mayGo();
  }

  @Override
  public int rowsMax() {
    return batchSize.rowsMax();
  }
}
