package dev.weft.engine.server.net;

import static dev.weft.engine.world.Verify.verify;

import dev.weft.engine.world.Link;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jctools.queues.MpscUnboundedArrayQueue;

/**
 * A {@link Link} over a channel. Senders append to a queue; the channel's thread writes everything
 * that is there and flushes once, so that many small frames share system calls and TLS records.
 */
final class ChannelLink implements Link {
  /** A peer that leaves more than this unread is cut off. */
  static final long UNSENT_BYTES_MAX = 256L << 20;

  /** Up to this size a frame is copied behind its length, beyond it both are written apart. */
  private static final int COPIED_BYTES_MAX = 4096;

  private static final int QUEUE_CHUNK = 256;
  private static final long CLOSE_SECONDS_MAX = 5;

  private final Channel channel;
  private final String peer;
  private final int frameBytesMax;
  private final MpscUnboundedArrayQueue<ByteBuffer> queue =
      new MpscUnboundedArrayQueue<>(QUEUE_CHUNK);
  private final AtomicBoolean drainScheduled = new AtomicBoolean();
  private final AtomicLong unsentBytes = new AtomicLong();
  private volatile boolean closing;
  private volatile Throwable cause;

  ChannelLink(Channel channel, String peer, int frameBytesMax) {
    this.channel = channel;
    this.peer = peer;
    this.frameBytesMax = frameBytesMax;
  }

  @Override
  public String peer() {
    return peer;
  }

  @Override
  public void send(ByteBuffer frame) {
    int length = frame.remaining();
    verify(length <= frameBytesMax, "a frame has %s bytes, at most %s", length, frameBytesMax);
    if (closing || !channel.isActive()) {
      return;
    }
    if (unsentBytes.addAndGet(length) > UNSENT_BYTES_MAX) {
      fail(new IOException(peer + " does not read what is sent to it; the connection is cut"));
      return;
    }
    queue.offer(frame);
    scheduleDrain();
  }

  private void scheduleDrain() {
    if (drainScheduled.compareAndSet(false, true)) {
      onNetworkThread(this::drain);
    }
  }

  private void onNetworkThread(Runnable action) {
    try {
      channel.eventLoop().execute(action);
    } catch (RejectedExecutionException e) {
      // The network of this process is closed, and with it this link.
      closing = true;
    }
  }

  private void drain() {
    // Whoever appends from here on schedules the next call.
    drainScheduled.set(false);
    long bytes = 0;
    ChannelFuture last = null;
    for (ByteBuffer frame = queue.poll(); frame != null; frame = queue.poll()) {
      bytes += frame.remaining();
      last = write(frame);
    }
    if (last != null) {
      long written = bytes;
      last.addListener(done -> unsentBytes.addAndGet(-written));
      channel.flush();
    }
  }

  private ChannelFuture write(ByteBuffer frame) {
    int length = frame.remaining();
    if (length <= COPIED_BYTES_MAX) {
      ByteBuf buffer = channel.alloc().buffer(Wire.LENGTH_BYTES + length);
      return channel.write(buffer.writeInt(length).writeBytes(frame));
    }
    channel.write(channel.alloc().buffer(Wire.LENGTH_BYTES).writeInt(length));
    return channel.write(Unpooled.wrappedBuffer(frame));
  }

  @Override
  public void close() {
    if (closing) {
      return;
    }
    closing = true;
    channel
        .eventLoop()
        .execute(
            () -> {
              drain();
              channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
              channel
                  .eventLoop()
                  .schedule(() -> channel.close(), CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
            });
  }

  /** Closes at once because of an error, which the handler hears. */
  void fail(Throwable why) {
    if (cause == null && !closing) {
      cause = why;
    }
    channel.close();
  }

  /** Why the channel closed: an error, null when this side wanted it, or else the peer did. */
  Throwable closeCause() {
    if (cause != null) {
      return cause;
    }
    return closing ? null : new IOException("The connection to " + peer + " was closed by it");
  }
}
