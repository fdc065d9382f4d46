package dev.weft.engine.world;

import java.nio.ByteBuffer;

/** One end of an open connection. Thread-safe. */
public interface Link {
  /** The identity the peer proved. */
  String peer();

  /**
   * Sends a frame; returns at once. The buffer belongs to the link from now on. On a closed link
   * nothing happens.
   */
  void send(ByteBuffer frame);

  /** Closes the connection; both handlers hear {@code closed}. */
  void close();
}
