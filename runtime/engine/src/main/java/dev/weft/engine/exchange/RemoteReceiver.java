package dev.weft.engine.exchange;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.world.Link;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A connection over which tasks of another worker send to those of this one. */
final class RemoteReceiver extends DataLink {
  private final String peer;
  private final Inputs inputs;

  /** Channels that this connection feeds. */
  private final List<RemoteInput> fed = new CopyOnWriteArrayList<>();

  /**
   * A connection.
   *
   * @param inputs of this worker
   */
  RemoteReceiver(String peer, Inputs inputs, Consumer<Runnable> control) {
    super(control);
    this.peer = peer;
    this.inputs = inputs;
  }

  @Override
  String peer() {
    return peer;
  }

  @Override
  void take(Link from, WireFrame frame, int bytes) {
    if (frame.type() == WireFrame.CREDIT) {
      throw new WeftException(
          ErrorCode.ENGINE, remote() + " sent a credit for " + frame.key() + " that it receives");
    }
    RemoteInput input = inputs.find(frame.key());
    if (input == null) {
      return; // of an attempt that is over here
    }
    if (!input.feed(from)) {
      throw new WeftException(
          ErrorCode.ENGINE, remote() + " opened a second connection for " + frame.key());
    }
    if (frame.type() == WireFrame.RETURN) {
      input.returned(frame);
      return;
    }
    if (frame.sequence() == 0) {
      fed.add(input);
    }
    input.arrived(frame, bytes);
  }

  @Override
  void lost(WeftException cause) {
    for (RemoteInput input : fed) {
      if (inputs.contains(input)) {
        input.failed(cause);
      }
    }
    fed.clear();
  }

  /** Forgets the channels of attempts of a job up to this one; on the control thread. */
  void remove(String scope, int attempt) {
    fed.removeIf(input -> input.key().scope().equals(scope) && input.key().attempt() <= attempt);
  }

  /** The channels of this worker that others feed. */
  interface Inputs {
    /**
     * The channel, or null when it is of a stale attempt.
     *
     * @throws WeftException with code ENGINE when the attempt is known and has no such channel
     */
    RemoteInput find(ChannelKey key);

    /** Whether the channel is still open. */
    boolean contains(RemoteInput input);
  }
}
