package dev.weft.engine.worker;

import dev.weft.engine.protocol.Address;
import dev.weft.engine.protocol.Message;
import dev.weft.engine.protocol.ToLeader;
import dev.weft.engine.protocol.ToWorker;
import dev.weft.engine.simulated.SimulatedWorld;
import dev.weft.engine.world.MessageLink;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A leader that accepts every worker, remembers what it hears and says what the test wants. */
final class ScriptedLeader {
  final long epoch;
  final Address address;
  final Map<String, MessageLink> workers = new LinkedHashMap<>();
  final Map<String, ToLeader.RegisterWorker> registrations = new LinkedHashMap<>();
  final List<ToLeader> heard = new ArrayList<>();
  long toleranceMillis = 60_000;
  Consumer<ToLeader> listener = message -> {};

  ScriptedLeader(SimulatedWorld world, long epoch) {
    this.epoch = epoch;
    this.address = MessageLink.listen(world.transport(), Handler::new);
  }

  void send(String worker, ToWorker message) {
    workers.get(worker).send(message);
  }

  void sendAll(ToWorker message) {
    workers.values().forEach(link -> link.send(message));
  }

  /** All messages of a kind that were heard. */
  <T extends ToLeader> List<T> heard(Class<T> kind) {
    return heard.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** One connection. */
  private final class Handler implements MessageLink.Handler {
    private final String peer;

    Handler(String peer) {
      this.peer = peer;
    }

    @Override
    public void opened(MessageLink link) {}

    @Override
    public void received(MessageLink link, Message message) {
      ToLeader toLeader = (ToLeader) message;
      if (toLeader instanceof ToLeader.RegisterWorker register) {
        workers.put(peer, link);
        registrations.put(peer, register);
        link.send(new ToWorker.WorkerAccepted(epoch, 1000, toleranceMillis));
      }
      heard.add(toLeader);
      listener.accept(toLeader);
    }

    @Override
    public void closed(MessageLink link, Throwable cause) {
      workers.remove(peer, link);
    }
  }
}
