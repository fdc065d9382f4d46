package dev.weft.engine.exchange;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.world.Link;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The connection over which the tasks of this worker send to those of another one. */
final class RemoteSender extends DataLink {
  private final Address address;
  private final List<RemoteOutput> outputs = new CopyOnWriteArrayList<>();
  private final Map<ChannelKey, RemoteOutput> byKey = new ConcurrentHashMap<>();

  RemoteSender(Address address, Consumer<Runnable> control) {
    super(control);
    this.address = address;
  }

  @Override
  String peer() {
    return address.toString();
  }

  /** Adds a channel; on the control thread. */
  void add(RemoteOutput output) {
    byKey.put(output.key(), output);
    outputs.add(output);
    Link open = link();
    if (open != null) {
      output.connected(open);
    }
  }

  /** Forgets the channels of attempts of a job up to this one; on the control thread. */
  void remove(String scope, int attempt) {
    for (RemoteOutput output : outputs) {
      ChannelKey key = output.key();
      if (key.scope().equals(scope) && key.attempt() <= attempt) {
        outputs.remove(output);
        byKey.remove(key);
      }
    }
  }

  /** Has channels that rest give back credit; on the control thread. */
  void rest() {
    outputs.forEach(RemoteOutput::rest);
  }

  boolean isEmpty() {
    return outputs.isEmpty();
  }

  @Override
  void ready(Link opened) {
    for (RemoteOutput output : outputs) {
      output.connected(opened);
    }
  }

  @Override
  void take(Link from, WireFrame frame, int bytes) {
    RemoteOutput output = byKey.get(frame.key());
    if (output == null) {
      return; // the attempt ended meanwhile
    }
    if (frame.type() != WireFrame.CREDIT || frame.payload().remaining() != 2 * Long.BYTES) {
      throw new WeftException(
          ErrorCode.ENGINE,
          remote() + " sent a frame of type " + frame.type() + " where only credits are expected");
    }
    output.granted(frame.payload().getLong(), frame.payload().getLong());
  }

  @Override
  void lost(WeftException cause) {
    for (RemoteOutput output : outputs) {
      output.failed(cause);
    }
    outputs.clear();
    byKey.clear();
  }
}
