package dev.weft.engine.world;

import java.nio.ByteBuffer;

/** Hears what happens on a connection, in order. */
public interface LinkHandler {
  /** The connection is open and authenticated. */
  void opened(Link link);

  /** A frame arrived; the buffer belongs to the handler. */
  void received(Link link, ByteBuffer frame);

  /**
   * The connection is closed or could not be opened; nothing follows.
   *
   * @param link null when it never opened
   * @param cause why, or null when this side closed it
   */
  void closed(Link link, Throwable cause);
}
