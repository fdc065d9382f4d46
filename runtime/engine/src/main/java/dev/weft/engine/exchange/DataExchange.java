package dev.weft.engine.exchange;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.world.Clock;
import dev.weft.engine.world.Loop;
import dev.weft.engine.world.Transport;
import dev.weft.engine.world.World;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The channels between this worker and others: one connection per pair of workers and direction
 * carries all of them. Used on the control thread.
 *
 * <p>A frame that is damaged, unknown or out of sequence closes its connection and fails the tasks
 * at both ends; a frame of a stale attempt is dropped where it arrives. A peer that gives no sign
 * of life for five seconds counts as gone.
 */
public final class DataExchange {
  private static final long TICK_MILLIS = 1000;

  private final Transport transport;
  private final Loop loop;
  private final Address address;
  private final Clock clock;
  private final MemoryPool memory;
  private final Map<Address, RemoteSender> senders = new LinkedHashMap<>();
  private final List<RemoteReceiver> receivers = new ArrayList<>();
  private final OpenInputs inputs = new OpenInputs();
  private Loop.Timer ticking;

  /**
   * Begins to listen for other workers.
   *
   * @param memoryBytes that records from other workers may take before tasks take them in; every
   *     channel has {@link CreditWindow#BYTES_LEAST} even when there are too many for it
   */
  public DataExchange(World world, long memoryBytes) {
    this.clock = world.clock();
    this.memory = MemoryPool.root("the network", memoryBytes);
    this.transport = world.transport();
    this.loop = world.loop();
    this.address =
        transport.listen(
            Transport.Service.DATA,
            Transport.Delivery.NETWORK,
            peer -> {
              RemoteReceiver receiver = new RemoteReceiver(peer, inputs, loop::execute);
              loop.execute(() -> accepted(receiver));
              return receiver;
            });
  }

  /** Where other workers reach the tasks of this one. */
  public Address address() {
    return address;
  }

  /**
   * Opens the consuming end of a channel. All that an attempt needs must be open before any of its
   * producers begins.
   */
  public InputChannel openInput(ChannelKey key, ChannelEnd end) {
    RemoteInput input = new RemoteInput(key, end, new CreditWindow(clock, memory));
    inputs.open(input);
    return input;
  }

  /** Opens the producing end of a channel; it connects when the first one to that worker opens. */
  public OutputChannel openOutput(ChannelKey key, Address consumer, ChannelEnd end) {
    RemoteOutput output = new RemoteOutput(key, end);
    RemoteSender sender = senders.get(consumer);
    if (sender == null || sender.ended()) {
      sender = new RemoteSender(consumer, loop::execute);
      senders.put(consumer, sender);
      transport.connect(consumer, Transport.Service.DATA, Transport.Delivery.NETWORK, sender);
      keepTicking();
    }
    sender.add(output);
    return output;
  }

  /**
   * What other workers may send to this one: how much in all, and for how much they have credit.
   */
  public Map<String, Long> gauges() {
    long held = memory.reserved();
    return Map.of(
        "network.memory.total", memory.limit(),
        "network.memory.used", held,
        "network.memory.queued", inputs.queued(),
        "network.channels", inputs.count());
  }

  /** Closes all channels of attempts of a scope up to this one. */
  public void close(String scope, int attempt) {
    inputs.close(scope, attempt);
    for (RemoteReceiver receiver : receivers) {
      receiver.remove(scope, attempt);
    }
    for (RemoteSender sender : List.copyOf(senders.values())) {
      sender.remove(scope, attempt);
    }
    senders
        .values()
        .removeIf(
            sender -> {
              if (sender.isEmpty() && !sender.ended()) {
                sender.retire();
              }
              return sender.ended();
            });
  }

  private void accepted(RemoteReceiver receiver) {
    receivers.add(receiver);
    keepTicking();
  }

  private void keepTicking() {
    if (ticking == null) {
      ticking = loop.schedule(TICK_MILLIS, this::tick);
    }
  }

  private void tick() {
    ticking = null;
    for (RemoteSender sender : List.copyOf(senders.values())) {
      sender.tick();
      sender.rest();
    }
    for (RemoteReceiver receiver : List.copyOf(receivers)) {
      receiver.tick();
    }
    senders.values().removeIf(DataLink::ended);
    receivers.removeIf(DataLink::ended);
    if (!senders.isEmpty() || !receivers.isEmpty()) {
      keepTicking();
    }
  }

  /** The inputs; changed on the control thread, looked up by network threads. */
  private static final class OpenInputs implements RemoteReceiver.Inputs {
    private final Map<ChannelKey, RemoteInput> channels = new ConcurrentHashMap<>();
    private final Map<String, Integer> attempts = new ConcurrentHashMap<>();

    void open(RemoteInput input) {
      channels.put(input.key(), input);
      attempts.put(input.key().scope(), input.key().attempt());
    }

    void close(String scope, int attempt) {
      attempts.computeIfPresent(scope, (id, open) -> open <= attempt ? null : open);
      for (RemoteInput input : channels.values()) {
        ChannelKey key = input.key();
        if (key.scope().equals(scope) && key.attempt() <= attempt) {
          channels.remove(key);
          input.close();
        }
      }
    }

    long queued() {
      return channels.values().stream().mapToLong(RemoteInput::queued).sum();
    }

    long count() {
      return channels.size();
    }

    @Override
    public RemoteInput find(ChannelKey key) {
      RemoteInput input = channels.get(key);
      // the attempt is forgotten before its channels are, so a channel that is missing while its
      // attempt is known never was there
      if (input == null && attempts.getOrDefault(key.scope(), -1) == key.attempt()) {
        throw new WeftException(ErrorCode.ENGINE, "A frame came for the unknown " + key);
      }
      return input;
    }

    @Override
    public boolean contains(RemoteInput input) {
      return channels.get(input.key()) == input;
    }
  }
}
