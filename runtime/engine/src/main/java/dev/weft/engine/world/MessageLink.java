package dev.weft.engine.world;

import dev.weft.engine.protocol.Address;
import dev.weft.engine.protocol.Message;
import dev.weft.engine.protocol.MessageCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Function;

/** One end of a connection between leader and worker that carries {@link Message}s in order. */
public final class MessageLink {
  private final Link link;

  private MessageLink(Link link) {
    this.link = link;
    link.send(MessageCodec.greeting());
  }

  /**
   * Accepts connections; everything is called on the control thread.
   *
   * @param acceptor gives the handler of a new connection for the identity that the peer proved
   * @return where others reach this process
   */
  public static Address listen(Transport transport, Function<String, Handler> acceptor) {
    return transport.listen(
        Transport.Service.CONTROL,
        Transport.Delivery.LOOP,
        peer -> new Frames(acceptor.apply(peer)));
  }

  /** Connects; returns at once. The handler is called on the control thread. */
  public static void connect(Transport transport, Address remote, Handler handler) {
    transport.connect(
        remote, Transport.Service.CONTROL, Transport.Delivery.LOOP, new Frames(handler));
  }

  /** The identity the peer proved. */
  public String peer() {
    return link.peer();
  }

  /**
   * Sends a message; returns at once. On a closed link nothing happens. Callable from any thread.
   *
   * @throws dev.weft.api.error.WeftException with code ENGINE when the message is larger than
   *     {@link MessageCodec#MESSAGE_BYTES_MAX}
   */
  public void send(Message message) {
    link.send(MessageCodec.encode(message));
  }

  /** Closes the connection; both handlers hear {@code closed}. */
  public void close() {
    link.close();
  }

  /** Hears what happens on a connection, in order. */
  public interface Handler {
    /** The connection is open and authenticated; messages may be sent. */
    void opened(MessageLink link);

    /** A message arrived. */
    void received(MessageLink link, Message message);

    /**
     * The connection is closed or could not be opened; nothing follows.
     *
     * @param link null when it never opened
     * @param cause why, or null when this side closed it
     */
    void closed(MessageLink link, Throwable cause);
  }

  /** Turns frames into messages. */
  private static final class Frames implements LinkHandler {
    private final Handler handler;
    private final MessageCodec codec = new MessageCodec();
    private MessageLink messages;
    private IOException refusal;

    Frames(Handler handler) {
      this.handler = handler;
    }

    @Override
    public void opened(Link link) {
      messages = new MessageLink(link);
      handler.opened(messages);
    }

    @Override
    public void received(Link link, ByteBuffer frame) {
      if (refusal != null) {
        return;
      }
      Message message;
      try {
        message = codec.decode(frame);
      } catch (IOException e) {
        refusal = e;
        link.close();
        return;
      }
      if (message != null) {
        handler.received(messages, message);
      }
    }

    @Override
    public void closed(Link link, Throwable cause) {
      handler.closed(messages, refusal != null ? refusal : cause);
    }
  }
}
