package dev.weft.engine.exchange;

import dev.weft.api.error.WeftException;
import dev.weft.engine.batch.BatchCodec;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.world.Link;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The producer's end of a channel to another worker. The task's thread writes; a network thread
 * brings credit; the control thread opens and ends it.
 */
final class RemoteOutput implements OutputChannel {
  private final ChannelKey key;
  private final byte[] prefix;
  private final BatchCodec codec;
  private final Runnable wake;
  private final Consumer<WeftException> onFailure;
  private final Traffic traffic;
  private final RecordCheck check;
  private final ByteSink sink = new ByteSink(1024);
  private final BatchSize batchSize = BatchSize.encoded();
  private final AtomicLong credit = new AtomicLong(WireFrame.WINDOW_BYTES);
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
    if (to == null || !sendParts(to)) {
      return false;
    }
    if (frame instanceof Frame.Data data) {
      if (credit.get() <= 0) {
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

  /**
   * Sends what was taken over, as far as there is credit; a batch that does not fit into a frame in
   * halves.
   *
   * @return whether nothing is left
   */
  private boolean sendParts(Link to) {
    while (!parts.isEmpty()) {
      if (credit.get() <= 0) {
        return false;
      }
      ObjectBatch batch = parts.remove();
      int offset = WireFrame.begin(sink, WireFrame.DATA, prefix, sequence);
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
    batchSize.observe(rows, bytes);
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
    return to != null && sendParts(to) && credit.get() > 0;
  }

  @Override
  public int rowsMax() {
    return batchSize.rowsMax();
  }
}
