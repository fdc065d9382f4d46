package dev.weft.engine.world;

import dev.weft.engine.protocol.Address;

/**
 * Connections that carry frames of bytes in order, authenticated and encrypted before the first
 * frame. A connection that loses a frame breaks.
 */
public interface Transport {
  /**
   * Accepts connections for one service of this process.
   *
   * @param service what the connection is for; the two ends must agree
   * @param acceptor called for every new connection, on the thread that the delivery says
   * @return the address where others reach this process; all services of a process may share it
   */
  Address listen(Service service, Delivery delivery, Acceptor acceptor);

  /**
   * Connects; returns at once. The handler hears {@code opened} or {@code closed}.
   *
   * @param remote where to
   */
  void connect(Address remote, Service service, Delivery delivery, LinkHandler handler);

  /** What a connection is for. */
  enum Service {
    /** Messages between leader and workers. */
    CONTROL,
    /** Frames between tasks. */
    DATA
  }

  /** On which thread a handler is called. */
  enum Delivery {
    /** On the control thread. */
    LOOP,
    /** On a network thread, always the same for one connection. */
    NETWORK
  }

  /** Makes a handler for an incoming connection. */
  interface Acceptor {
    /**
     * The handler of a new connection.
     *
     * @param peer the identity the peer proved: a container or worker id
     */
    LinkHandler accept(String peer);
  }
}
