package dev.weft.engine.server.net;

import dev.weft.engine.server.security.Identity;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Stands behind TLS until the peer has proved who it is, and, where the peer connected to us, has
 * said in its first frame what it wants. Only then it makes way for the handler of frames. Before
 * the proof no byte of the peer is looked at.
 *
 * <p>Where both ends are set to leave data unencrypted, the one that was connected to answers the
 * hello with its last frame under TLS and takes TLS away; the other takes it away when it has read
 * that, and says so in its first plain frame. Neither sends plain bytes while the other still
 * expects TLS.
 */
final class Handshake extends ChannelInboundHandlerAdapter {
  /** The name of this handler in a pipeline. */
  static final String NAME = "handshake";

  private static final int HELLO_FRAME_BYTES_MAX = 64;
  private static final String DECODER = "frames";

  /** An empty frame: the last under TLS of the one side, the first without of the other. */
  private static final ByteBuffer PLAIN_FROM_HERE = ByteBuffer.allocate(0);

  private final SslHandler tls;
  private final boolean accepting;
  private final ByteBuffer plainHello;
  private final Outcome outcome;
  private Wire.Hello hello;
  private ScheduledFuture<?> timeout;
  private String peer;
  private boolean decided;

  private Handshake(SslHandler tls, boolean accepting, ByteBuffer plainHello, Outcome outcome) {
    this.tls = tls;
    this.accepting = accepting;
    this.plainHello = plainHello;
    this.outcome = outcome;
  }

  /** For a connection that was made to this process. */
  static Handshake accepting(SslHandler tls, Outcome outcome) {
    return new Handshake(tls, true, null, outcome);
  }

  /**
   * For a connection that this process makes.
   *
   * @param plainHello what to say in order to leave TLS; null to stay
   */
  static Handshake connecting(SslHandler tls, ByteBuffer plainHello, Outcome outcome) {
    return new Handshake(tls, false, plainHello, outcome);
  }

  /** What becomes of it; called on the channel's thread, exactly one of the two and once. */
  interface Outcome {
    /**
     * The peer is known.
     *
     * @param hello its first frame; null on the side that connected
     * @throws IllegalArgumentException to refuse the connection
     */
    void proved(Channel channel, String peer, Wire.Hello hello);

    /**
     * Looks at a hello before it is answered.
     *
     * @throws IllegalArgumentException to refuse the connection
     */
    default void check(Wire.Hello hello) {}

    /** The connection is given up; the channel closes. */
    void failed(Channel channel, Throwable cause);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    timeout =
        context
            .executor()
            .schedule(
                () -> fail(context, new IOException("the handshake took too long")),
                NettyTransport.HANDSHAKE_MILLIS,
                TimeUnit.MILLISECONDS);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (!(event instanceof SslHandshakeCompletionEvent done)) {
      context.fireUserEventTriggered(event);
      return;
    }
    if (!done.isSuccess()) {
      fail(context, done.cause());
      return;
    }
    try {
      X509Certificate certificate =
          (X509Certificate) tls.engine().getSession().getPeerCertificates()[0];
      peer = Identity.nameOf(certificate);
    } catch (SSLPeerUnverifiedException e) {
      fail(context, e);
      return;
    }
    if (peer.isEmpty()) {
      fail(context, new IOException("the peer's certificate names nobody"));
    } else if (accepting) {
      context.pipeline().addBefore(context.name(), DECODER, decoder());
    } else if (plainHello == null) {
      prove(context);
    } else {
      context.pipeline().addBefore(context.name(), DECODER, decoder());
      say(context, plainHello);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (decided) {
      // Bytes that came in one read with the hello.
      context.fireChannelRead(message);
      return;
    }
    ByteBuf frame = (ByteBuf) message;
    try {
      take(context, frame);
    } catch (IllegalArgumentException e) {
      fail(context, new IOException(e.getMessage() + ": " + peer, e));
    } finally {
      frame.release();
    }
  }

  private void take(ChannelHandlerContext context, ByteBuf frame) {
    if (accepting && hello == null) {
      hello = Wire.readHello(frame);
      outcome.check(hello);
      if (!hello.plain()) {
        prove(context);
        return;
      }
      say(context, PLAIN_FROM_HERE)
          .addListener(
              sent -> {
                if (sent.isSuccess()) {
                  context.pipeline().remove(tls);
                }
              });
      return;
    }
    if (frame.readableBytes() != 0) {
      throw new IllegalArgumentException("the peer does not leave TLS as it should");
    }
    if (accepting) {
      prove(context);
      return;
    }
    // not within the reading of TLS, which goes on with its engine when this returns
    context
        .executor()
        .execute(
            () -> {
              if (!decided) {
                context.pipeline().remove(tls);
                say(context, PLAIN_FROM_HERE);
                prove(context);
              }
            });
  }

  /** Sends a frame with its length. */
  static ChannelFuture say(ChannelHandlerContext context, ByteBuffer frame) {
    ByteBuf bytes = context.alloc().buffer(Wire.LENGTH_BYTES + frame.remaining());
    return context.writeAndFlush(bytes.writeInt(frame.remaining()).writeBytes(frame.duplicate()));
  }

  private void prove(ChannelHandlerContext context) {
    decided = true;
    timeout.cancel(false);
    try {
      outcome.proved(context.channel(), peer, hello);
      context.pipeline().remove(this);
    } catch (RuntimeException e) {
      outcome.failed(context.channel(), new IOException(e.getMessage() + ": " + peer, e));
      context.close();
    }
  }

  /**
   * From now on bytes go as they are to the handler of frames, which must stand in the pipeline
   * already, for some may be there.
   */
  static void expectFrames(Channel channel) {
    if (channel.pipeline().get(DECODER) != null) {
      channel.pipeline().remove(DECODER);
    }
  }

  private static LengthFieldBasedFrameDecoder decoder() {
    return new LengthFieldBasedFrameDecoder(
        HELLO_FRAME_BYTES_MAX + Wire.LENGTH_BYTES, 0, Wire.LENGTH_BYTES, 0, Wire.LENGTH_BYTES);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    fail(context, new IOException("the peer closed the connection during the handshake"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    fail(context, cause);
  }

  /** The channel was never connected. */
  void neverConnected(Channel channel, Throwable cause) {
    if (!decided) {
      decided = true;
      timeout.cancel(false);
      outcome.failed(channel, cause);
    }
  }

  private void fail(ChannelHandlerContext context, Throwable cause) {
    if (!decided) {
      decided = true;
      timeout.cancel(false);
      outcome.failed(context.channel(), cause);
    }
    context.close();
  }
}
