package dev.weft.engine.server.net;

import dev.weft.engine.world.LinkHandler;
import dev.weft.engine.world.Loop;
import dev.weft.engine.world.Transport.Delivery;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.TooLongFrameException;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the frames of an authenticated connection to its handler, on the thread it asked for. Bytes
 * go from the pieces that TLS gives straight into the array of their frame.
 */
final class FrameHandler extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(FrameHandler.class);

  private final ChannelLink link;
  private final LinkHandler handler;
  private final Loop loop;
  private final int frameBytesMax;
  private boolean closed;

  private int length;
  private int lengthBytes;
  private byte[] frame;
  private int filled;
  private boolean broken;

  /**
   * Makes the end of a pipeline.
   *
   * @param loop where the handler is called with delivery LOOP
   * @param frameBytesMax the longest frame; a longer one ends the connection
   */
  FrameHandler(
      ChannelLink link, LinkHandler handler, Delivery delivery, Loop loop, int frameBytesMax) {
    this.link = link;
    this.frameBytesMax = frameBytesMax;
    this.handler = handler;
    this.loop = delivery == Delivery.LOOP ? loop : null;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    deliver(() -> handler.opened(link));
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf piece = (ByteBuf) message;
    try {
      while (piece.isReadable() && !broken) {
        if (frame == null) {
          takeLength(piece);
        } else {
          int count = Math.min(frame.length - filled, piece.readableBytes());
          piece.readBytes(frame, filled, count);
          filled += count;
        }
        if (frame != null && filled == frame.length) {
          ByteBuffer whole = ByteBuffer.wrap(frame);
          frame = null;
          filled = 0;
          deliver(() -> handler.received(link, whole));
        }
      }
    } finally {
      piece.release();
    }
  }

  private void takeLength(ByteBuf piece) {
    while (lengthBytes < Wire.LENGTH_BYTES && piece.isReadable()) {
      length = length << Byte.SIZE | piece.readUnsignedByte();
      lengthBytes++;
    }
    if (lengthBytes < Wire.LENGTH_BYTES) {
      return;
    }
    if (length < 0 || length > frameBytesMax) {
      broken = true;
      throw new TooLongFrameException(
          "a frame of "
              + Integer.toUnsignedString(length)
              + " bytes exceeds the "
              + frameBytesMax
              + " that are taken");
    }
    frame = new byte[length];
    length = 0;
    lengthBytes = 0;
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (!closed) {
      closed = true;
      Throwable cause = link.closeCause();
      deliver(() -> handler.closed(link, cause));
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    link.fail(cause);
  }

  private void deliver(Runnable event) {
    if (loop != null) {
      loop.execute(event);
      return;
    }
    try {
      event.run();
    } catch (RuntimeException e) {
      LOG.error("The handler of the connection to {} failed; the connection ends", link.peer(), e);
      link.fail(e);
    }
  }
}
