package dev.weft.engine.exchange;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.batch.BatchCodec;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.world.Link;
import dev.weft.engine.world.Seam;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.nio.ByteBuffer;
import java.util.Queue;
import org.jctools.queues.atomic.SpscLinkedAtomicQueue;

/**
 * The consumer's end of a channel from another worker. The network thread of the one connection
 * that feeds it writes checked bytes; the task's thread decodes them and grants credit for what it
 * took. The window bounds the queue.
 */
final class RemoteInput implements InputChannel {
  /** Decoding would be compiled once more with each caller otherwise. */
  private static final MethodHandle DECODE =
      Seam.at(MethodHandles.lookup(), RemoteInput.class, "decode", Frame.Data.class, Arrival.class);

  private final MethodHandle decoding = DECODE;
  private final ChannelKey key;
  private final byte[] prefix;
  private final ChannelEnd end;
  private final BatchCodec codec;
  private final Queue<Object> queue = new SpscLinkedAtomicQueue<>();
  private final CreditWindow window;
  private final ReadySet.Bit ready = new ReadySet.Bit();
  private volatile Link link;
  private long sequence;

  RemoteInput(ChannelKey key, ChannelEnd end, CreditWindow window) {
    this.window = window;
    this.key = key;
    this.prefix = WireFrame.prefix(key);
    this.end = end;
    this.codec = end.codec();
  }

  ChannelKey key() {
    return key;
  }

  /** To be called on the control thread. */
  void failed(WeftException cause) {
    end.onFailure().accept(cause);
  }

  /** Whether the channel is fed by this connection, which the first frame decides. */
  boolean feed(Link from) {
    if (link == null) {
      link = from;
      return true;
    }
    return link == from;
  }

  /**
   * Takes a frame from the network.
   *
   * @throws WeftException with code ENGINE when a frame is missing or the sender had no credit
   */
  void arrived(WireFrame frame, int bytes) {
    if (frame.sequence() != sequence) {
      throw new WeftException(
          ErrorCode.ENGINE,
          "Frame " + sequence + " of " + key + " is missing: " + frame.sequence() + " came");
    }
    sequence++;
    boolean waited = frame.type() == WireFrame.DATA_THAT_WAITED;
    if (waited || frame.type() == WireFrame.DATA) {
      if (!window.arrived(bytes + WireFrame.OVERHEAD_BYTES, waited)) {
        throw new WeftException(
            ErrorCode.ENGINE, "The sender of " + key + " has sent more than it had credit for");
      }
      put(new Arrival(frame.payload(), bytes));
    } else if (frame.type() == WireFrame.ANNOUNCEMENT) {
      frame.announce(end.announcements());
    } else {
      put(frame.control());
    }
    end.wake().run();
  }

  private void put(Object what) {
    queue.add(what);
    ready.set();
  }

  /**
   * The sender gives credit back.
   *
   * @throws WeftException with code ENGINE when it never had so much
   */
  void returned(WireFrame frame) {
    boolean whole = frame.payload().remaining() == Long.BYTES;
    if (!whole || !window.returned(frame.payload().getLong())) {
      throw new WeftException(
          ErrorCode.ENGINE, "The sender of " + key + " gave back credit that it did not have");
    }
  }

  /** What waits for the task, in bytes. */
  long queued() {
    return window.queued();
  }

  /** The channel is not used any more; on the control thread. */
  void close() {
    window.close();
  }

  @Override
  public ReadySet.Bit ready() {
    return ready;
  }

  @Override
  public Frame poll() {
    Object next = queue.poll();
    if (next == null) {
      window.foundNothing();
      return null;
    }
    if (!(next instanceof Arrival arrival)) {
      return (Frame) next;
    }
    try {
      return (Frame.Data) decoding.invokeExact(this, arrival);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private Frame.Data decode(Arrival arrival) {
    ObjectBatch batch = codec.decode(arrival.payload());
    end.traffic().add(batch.size(), arrival.bytes());
    long grant = window.consumed(arrival.bytes() + WireFrame.OVERHEAD_BYTES);
    if (grant > 0) {
      link.send(WireFrame.credit(prefix, grant, window.bytes()));
    }
    return new Frame.Data(batch, arrival.bytes());
  }

  @Override
  public void done(ObjectBatch batch) {
    // the codec makes arrays of its own for each batch
  }

  /** Data that waits, with its bytes on the wire. */
  private record Arrival(ByteBuffer payload, int bytes) {}
}
