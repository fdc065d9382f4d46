package dev.weft.engine.exchange;

import dev.weft.api.error.WeftException;
import dev.weft.engine.batch.BatchCodec;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.world.Link;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The producer's end of a channel to another worker. The task's thread writes; a network thread
 * brings credit; the control thread opens and ends it.
 */
final class RemoteOutput implements OutputChannel {
  /** About how many bytes a batch should have on the wire. */
  private static final int BATCH_BYTES_TARGET = 64 << 10;

  /** Before the size of rows is known. */
  private static final int ROWS_FIRST = 64;

  private final ChannelKey key;
  private final byte[] prefix;
  private final BatchCodec codec;
  private final Runnable wake;
  private final Consumer<WeftException> onFailure;
  private final Traffic traffic;
  private final ByteSink sink = new ByteSink(1024);
  private final AtomicLong credit = new AtomicLong(WireFrame.WINDOW_BYTES);
  private volatile Link link;
  private long sequence;
  private int rowsMax = ROWS_FIRST;
  private ObjectBatch spare;

  RemoteOutput(ChannelKey key, ChannelEnd end) {
    this.key = key;
    this.prefix = WireFrame.prefix(key);
    this.codec = end.codec();
    this.wake = end.wake();
    this.onFailure = end.onFailure();
    this.traffic = end.traffic();
  }

  ChannelKey key() {
    return key;
  }

  /** The connection is there. */
  void connected(Link to) {
    link = to;
    wake.run();
  }

  /** The receiver took in so many bytes. */
  void granted(long bytes) {
    long before = credit.getAndAdd(bytes);
    if (before <= 0 && before + bytes > 0) {
      wake.run();
    }
  }

  /** To be called on the control thread. */
  void failed(WeftException cause) {
    onFailure.accept(cause);
  }

  @Override
  public boolean offer(Frame frame) {
    Link to = link;
    if (to == null) {
      return false;
    }
    if (frame instanceof Frame.Data data) {
      return credit.get() > 0 && send(to, data.batch());
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

  private boolean send(Link to, ObjectBatch batch) {
    int offset = WireFrame.begin(sink, WireFrame.DATA, prefix, sequence++);
    codec.encode(batch, sink);
    ByteBuffer frame = WireFrame.finish(sink, offset);
    int bytes = frame.remaining();
    credit.addAndGet(-(bytes + WireFrame.OVERHEAD_BYTES));
    traffic.add(batch.size(), bytes);
    to.send(frame);
    int fitting =
        (int) Math.min(ObjectBatch.ROWS_MAX, (long) BATCH_BYTES_TARGET * batch.size() / bytes);
    rowsMax = Math.max(1, Math.min(fitting, rowsMax * 4));
    Arrays.fill(batch.values(), 0, batch.size(), null);
    spare = batch;
    return true;
  }

  @Override
  public ObjectBatch spare() {
    ObjectBatch last = spare;
    spare = null;
    return last;
  }

  @Override
  public boolean hasRoom() {
    return link != null && credit.get() > 0;
  }

  @Override
  public int rowsMax() {
    return rowsMax;
  }
}
