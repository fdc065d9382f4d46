package dev.weft.engine.exchange;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.world.Link;
import dev.weft.engine.world.LinkHandler;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * One end of a connection for frames between two workers. Reads frames on its network thread and
 * watches, on the control thread, whether the peer gives signs of life.
 */
abstract sealed class DataLink implements LinkHandler permits RemoteSender, RemoteReceiver {
  /** A connection that was silent for so many ticks of a second each is dead. */
  static final int SILENT_TICKS_MAX = 5;

  private final Consumer<Runnable> control;
  private volatile Link link;
  private volatile boolean heard;
  private volatile boolean farewell;
  private volatile WeftException failure;
  private int silentTicks;
  private boolean ended;

  /**
   * An end.
   *
   * @param control runs an action on the control thread
   */
  DataLink(Consumer<Runnable> control) {
    this.control = control;
  }

  /** The worker at the other end: its id, or the address at which it takes frames. */
  abstract String peer();

  /** The other end, for messages. */
  final String remote() {
    return "worker " + peer();
  }

  /** Takes a frame on the network thread. */
  abstract void take(Link from, WireFrame frame, int bytes);

  /** The connection is open; on the network thread. */
  void ready(Link opened) {}

  /** The connection is gone and its channels have failed; on the control thread. */
  abstract void lost(WeftException cause);

  /** The connection, or null when it is not open. */
  final Link link() {
    return link;
  }

  /** Whether the connection is gone; for the control thread. */
  final boolean ended() {
    return ended;
  }

  @Override
  public final void opened(Link opened) {
    link = opened;
    heard = true;
    if (failure != null) {
      opened.close();
      return;
    }
    ready(opened);
  }

  @Override
  public final void received(Link from, ByteBuffer buffer) {
    if (failure != null) {
      return;
    }
    heard = true;
    try {
      int bytes = buffer.remaining();
      WireFrame frame = WireFrame.read(buffer);
      if (frame.type() == WireFrame.BYE) {
        farewell = true;
      } else if (frame.type() != WireFrame.PING) {
        take(from, frame, bytes);
      }
    } catch (WeftException e) {
      fail(e);
    }
  }

  @Override
  public final void closed(Link closing, Throwable cause) {
    if (failure == null) {
      String what = "The connection to " + remote() + " broke: " + cause;
      failure =
          link == null
              ? new UnreachablePeerException(peer(), what, cause)
              : new WeftException(ErrorCode.DEPENDENCY, what, cause);
    }
    control.accept(this::end);
  }

  /** Closes the connection because of a failure; callable from any thread. */
  final void fail(WeftException cause) {
    if (failure == null) {
      failure = cause;
    }
    Link open = link;
    if (open != null) {
      open.close();
    }
    control.accept(this::end);
  }

  /** One second passed; on the control thread. */
  final void tick() {
    if (ended) {
      return;
    }
    silentTicks = heard ? 0 : silentTicks + 1;
    heard = false;
    Link open = link;
    if (silentTicks >= SILENT_TICKS_MAX) {
      fail(
          new UnreachablePeerException(
              peer(),
              remote()
                  + (open == null ? " could not be reached within " : " gave no sign of life for ")
                  + SILENT_TICKS_MAX
                  + " s",
              null));
    } else if (open != null) {
      open.send(WireFrame.ofLink(WireFrame.PING));
    }
  }

  /** Closes the connection, which no channel needs any more; on the control thread. */
  final void retire() {
    ended = true;
    failure = new WeftException(ErrorCode.ENGINE, "The connection to " + remote() + " is retired");
    Link open = link;
    if (open != null) {
      open.send(WireFrame.ofLink(WireFrame.BYE));
      open.close();
    }
  }

  private void end() {
    if (!ended) {
      ended = true;
      if (!farewell) {
        lost(failure);
      }
    }
  }
}
