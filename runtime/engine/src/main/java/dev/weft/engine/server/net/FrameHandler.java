package dev.weft.engine.server.net;

import dev.weft.engine.world.LinkHandler;
import dev.weft.engine.world.Loop;
import dev.weft.engine.world.Transport.Delivery;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands the frames of an authenticated connection to its handler, on the thread it asked for. */
final class FrameHandler extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(FrameHandler.class);

  private final ChannelLink link;
  private final LinkHandler handler;
  private final Loop loop;
  private boolean closed;

  /**
   * Makes the end of a pipeline.
   *
   * @param loop where the handler is called with delivery LOOP
   */
  FrameHandler(ChannelLink link, LinkHandler handler, Delivery delivery, Loop loop) {
    this.link = link;
    this.handler = handler;
    this.loop = delivery == Delivery.LOOP ? loop : null;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    deliver(() -> handler.opened(link));
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf buffer = (ByteBuf) message;
    byte[] bytes;
    try {
      bytes = new byte[buffer.readableBytes()];
      buffer.readBytes(bytes);
    } finally {
      buffer.release();
    }
    deliver(() -> handler.received(link, ByteBuffer.wrap(bytes)));
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
