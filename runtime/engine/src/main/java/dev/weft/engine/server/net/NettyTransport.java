package dev.weft.engine.server.net;

import static dev.weft.engine.world.Verify.verify;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.SecurityOptions;
import dev.weft.api.config.SecurityOptions.DataEncryption;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.server.security.Identity;
import dev.weft.engine.server.security.TlsContexts;
import dev.weft.engine.world.LinkHandler;
import dev.weft.engine.world.Loop;
import dev.weft.engine.world.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections over TCP with mutual TLS. A process has one server socket for all its services, bound
 * to one address; both ends prove their identity before anything else is read, and whoever connects
 * for CONTROL only talks to a leader.
 */
public final class NettyTransport implements Transport, AutoCloseable {
  /** How long a peer may take to prove itself and say what it wants. */
  static final long HANDSHAKE_MILLIS = 10_000;

  private static final int CONNECT_MILLIS = 10_000;
  private static final int CONNECTIONS_MAX = 8192;
  private static final int UNPROVED_MAX = 256;
  private static final int THREADS_MAX = 4;
  private static final int BACKLOG = 1024;
  private static final long WARNING_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Logger LOG = LoggerFactory.getLogger(NettyTransport.class);

  private static final String LEAK_DETECTION = "io.netty.leakDetection.level";

  static {
    // To note where one buffer in 128 was made takes 1 % of the CPU of a shuffle.
    if (System.getProperty(LEAK_DETECTION) == null) {
      ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }
  }

  private final Loop loop;
  private final Listening listening;
  private final boolean plainData;
  private final SslContext serverTls;
  private final SslContext clientTls;
  private final boolean epoll = Epoll.isAvailable();
  private final EventLoopGroup group;
  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
  private final Map<Service, Registration> registrations = new EnumMap<>(Service.class);
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger unproved = new AtomicInteger();
  private final AtomicLong lastWarningNanos =
      new AtomicLong(System.nanoTime() - WARNING_INTERVAL_NANOS);
  private final AtomicBoolean closed = new AtomicBoolean();
  private Channel server;
  private Address address;

  /**
   * Where to listen.
   *
   * @param bindHost the address to bind to
   * @param advertisedHost the host by which others reach it
   * @param ports one port, {@code from-to}, or 0 for a free one
   */
  public record Listening(String bindHost, String advertisedHost, String ports) {}

  /**
   * How to prove oneself and what to encrypt.
   *
   * @param data whether data stays under TLS; the two ends must agree
   */
  public record Security(Identity identity, DataEncryption data) {
    /** As the options of a process say. */
    public static Security of(Identity identity, Configuration configuration) {
      return new Security(identity, configuration.get(SecurityOptions.DATA_ENCRYPTION));
    }
  }

  private record Registration(Delivery delivery, Acceptor acceptor) {}

  /** Sets the network up; nothing listens yet. */
  public NettyTransport(String name, Security security, Listening listening, Loop loop) {
    this.loop = loop;
    this.listening = listening;
    this.plainData = security.data() == DataEncryption.OFF;
    this.serverTls = TlsContexts.server(security.identity());
    this.clientTls = TlsContexts.client(security.identity());
    LOG.info("TLS is done by {}", TlsContexts.provider());
    if (plainData) {
      LOG.warn(
          "{}=off: whoever can listen on the network can read and change the records of jobs",
          SecurityOptions.DATA_ENCRYPTION.key());
    }
    int threads = Math.max(1, Math.min(THREADS_MAX, Runtime.getRuntime().availableProcessors()));
    this.group =
        new MultiThreadIoEventLoopGroup(
            threads,
            new DefaultThreadFactory(name + "-network", true),
            epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
  }

  @Override
  public Address listen(Service service, Delivery delivery, Acceptor acceptor) {
    synchronized (registrations) {
      Registration before =
          registrations.putIfAbsent(service, new Registration(delivery, acceptor));
      verify(before == null, "there is a listener for %s already", service);
      if (server == null) {
        server = bind();
        int port = ((InetSocketAddress) server.localAddress()).getPort();
        address = new Address(listening.advertisedHost(), port);
      }
      return address;
    }
  }

  private Channel bind() {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(group)
            .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    channels.add(channel);
                    accept(channel);
                  }
                });
    PortRange range = PortRange.parse(listening.ports());
    for (int port = range.first(); port <= range.last(); port++) {
      ChannelFuture future = bootstrap.bind(listening.bindHost(), port).awaitUninterruptibly();
      if (future.isSuccess()) {
        channels.add(future.channel());
        return future.channel();
      }
      LOG.info("{}:{} can not be bound: {}", listening.bindHost(), port, future.cause().toString());
    }
    throw new WeftException(
        ErrorCode.RESOURCE,
        "No port of "
            + listening.ports()
            + " can be listened on at "
            + listening.bindHost()
            + "; choose others");
  }

  private void accept(Channel channel) {
    if (connections.incrementAndGet() > CONNECTIONS_MAX || unproved.get() >= UNPROVED_MAX) {
      warn("Refused a connection from {}: there are too many", channel.remoteAddress(), "");
      channel.closeFuture().addListener(done -> connections.decrementAndGet());
      channel.close();
      return;
    }
    unproved.incrementAndGet();
    AtomicInteger mine = new AtomicInteger(1);
    channel
        .closeFuture()
        .addListener(
            done -> {
              connections.decrementAndGet();
              unproved.addAndGet(-mine.getAndSet(0));
            });
    SslHandler tls = serverTls.newHandler(channel.alloc());
    tls.setHandshakeTimeoutMillis(HANDSHAKE_MILLIS);
    Handshake.Outcome outcome =
        new Handshake.Outcome() {
          @Override
          public void check(Wire.Hello hello) {
            if (hello.plain() != isPlain(hello.service())) {
              throw new IllegalArgumentException(
                  SecurityOptions.DATA_ENCRYPTION.key()
                      + " is "
                      + (hello.plain() ? "off at the peer and on here" : "on at the peer, off here")
                      + "; set it to the same on all processes of the cluster");
            }
            if (registrationOf(hello.service()) == null) {
              throw new IllegalArgumentException("nobody serves " + hello.service() + " here");
            }
          }

          @Override
          public void proved(Channel proved, String peer, Wire.Hello hello) {
            Registration registration = registrationOf(hello.service());
            unproved.addAndGet(-mine.getAndSet(0));
            open(
                proved,
                peer,
                hello.service(),
                registration.delivery(),
                new Accepted(registration.acceptor));
          }

          @Override
          public void failed(Channel failed, Throwable cause) {
            warn("Refused a connection from {}: {}", failed.remoteAddress(), reason(cause));
          }
        };
    channel.pipeline().addLast("tls", tls);
    channel.pipeline().addLast(Handshake.NAME, Handshake.accepting(tls, outcome));
  }

  private boolean isPlain(Service service) {
    return plainData && service == Service.DATA;
  }

  private Registration registrationOf(Service service) {
    synchronized (registrations) {
      return registrations.get(service);
    }
  }

  private ChannelLink open(
      Channel channel, String peer, Service service, Delivery delivery, LinkHandler handler) {
    ChannelLink link = new ChannelLink(channel, peer, Wire.frameBytesMax(service));
    int frameBytesMax = Wire.frameBytesMax(service);
    channel.pipeline().addLast(new FrameHandler(link, handler, delivery, loop, frameBytesMax));
    Handshake.expectFrames(channel);
    return link;
  }

  @Override
  public void connect(Address remote, Service service, Delivery delivery, LinkHandler handler) {
    java.nio.ByteBuffer hello = Wire.hello(new Wire.Hello(service, isPlain(service)));
    Handshake.Outcome outcome =
        new Handshake.Outcome() {
          @Override
          public void proved(Channel channel, String peer, Wire.Hello none) {
            if (service == Service.CONTROL && !peer.equals(Identity.LEADER)) {
              throw new IllegalArgumentException("the peer is no leader");
            }
            // The hello goes first: the handler may send as soon as it hears of the link.
            if (!isPlain(service)) {
              Handshake.say(channel.pipeline().lastContext(), hello);
            }
            open(channel, peer, service, delivery, handler);
          }

          @Override
          public void failed(Channel channel, Throwable cause) {
            neverOpened(
                delivery,
                handler,
                new IOException("No connection to " + remote + ": " + reason(cause), cause));
          }
        };
    Bootstrap bootstrap =
        new Bootstrap()
            .group(group)
            .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .handler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    channels.add(channel);
                    SslHandler tls = clientTls.newHandler(channel.alloc());
                    tls.setHandshakeTimeoutMillis(HANDSHAKE_MILLIS);
                    channel.pipeline().addLast("tls", tls);
                    channel
                        .pipeline()
                        .addLast(
                            Handshake.NAME,
                            Handshake.connecting(tls, isPlain(service) ? hello : null, outcome));
                  }
                });
    try {
      bootstrap
          .connect(remote.host(), remote.port())
          .addListener(
              (ChannelFuture done) -> {
                if (!done.isSuccess()) {
                  Handshake handshake = done.channel().pipeline().get(Handshake.class);
                  if (handshake == null) {
                    outcome.failed(done.channel(), done.cause());
                  } else {
                    handshake.neverConnected(done.channel(), done.cause());
                  }
                }
              });
    } catch (IllegalStateException | RejectedExecutionException e) {
      neverOpened(delivery, handler, new IOException("The network of this process is closed", e));
    }
  }

  private void neverOpened(Delivery delivery, LinkHandler handler, Throwable cause) {
    if (delivery == Delivery.LOOP) {
      loop.execute(() -> handler.closed(null, cause));
    } else {
      handler.closed(null, cause);
    }
  }

  private static String reason(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null && !(root instanceof javax.net.ssl.SSLException)) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }

  /** At most one warning a second: strangers must not fill the log. */
  private void warn(String format, Object first, Object second) {
    long now = System.nanoTime();
    long last = lastWarningNanos.get();
    if (now - last >= WARNING_INTERVAL_NANOS && lastWarningNanos.compareAndSet(last, now)) {
      LOG.warn(format, first, second);
    }
  }

  /**
   * Closes everything at once, unsent bytes and all; does not wait for the threads to end.
   *
   * <p>Connections are closed one by one before their threads are told to end: a thread of Netty
   * that hears of the end between two steps of its loop ends without closing what it serves, and
   * peers would wait for it as long as the process lives.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    for (Channel channel : channels) {
      channel.eventLoop().execute(() -> channel.unsafe().close(channel.unsafe().voidPromise()));
    }
    channels.close();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  /** Asks the acceptor on the thread on which the connection's handler is called. */
  private static final class Accepted implements LinkHandler {
    private final Acceptor acceptor;
    private LinkHandler handler;

    Accepted(Acceptor acceptor) {
      this.acceptor = acceptor;
    }

    @Override
    public void opened(dev.weft.engine.world.Link link) {
      handler = acceptor.accept(link.peer());
      handler.opened(link);
    }

    @Override
    public void received(dev.weft.engine.world.Link link, java.nio.ByteBuffer frame) {
      handler.received(link, frame);
    }

    @Override
    public void closed(dev.weft.engine.world.Link link, Throwable cause) {
      handler.closed(link, cause);
    }
  }
}
