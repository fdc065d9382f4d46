package dev.weft.engine.server.net;

import static dev.weft.engine.world.Verify.verify;

import dev.weft.engine.protocol.Address;
import dev.weft.engine.world.Link;
import dev.weft.engine.world.LinkHandler;
import dev.weft.engine.world.Loop;
import dev.weft.engine.world.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;

/**
 * The network among the parts of one process: frames go from queue to queue, nothing listens and
 * nothing is encrypted. Thread-safe.
 */
public final class InProcessNetwork implements AutoCloseable {
  /** The host in addresses; the port counts the parts. */
  private static final String HOST = "in-process";

  private final Map<Address, Node> nodes = new LinkedHashMap<>();
  private final ExecutorService networkThread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(work, "in-process-network");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * The network as one part sees it.
   *
   * @param identity what the part's peers are told
   * @param loop the part's control thread
   */
  public synchronized Transport join(String identity, Loop loop) {
    Node node = new Node(new Address(HOST, nodes.size() + 1), identity, loop);
    nodes.put(node.address, node);
    return node;
  }

  /** Breaks all connections of a part, which can no longer be reached, as if its process died. */
  public void leave(Transport transport) {
    Node node = (Node) transport;
    synchronized (this) {
      nodes.remove(node.address);
    }
    List<End> ends;
    synchronized (node.ends) {
      ends = List.copyOf(node.ends);
    }
    for (End end : ends) {
      end.breakOff(new IOException(node.identity + " is gone"));
    }
  }

  private synchronized Node find(Address address) {
    return nodes.get(address);
  }

  @Override
  public void close() {
    networkThread.shutdownNow();
  }

  private final class Node implements Transport {
    private final Address address;
    private final String identity;
    private final Loop loop;
    private final Map<Service, BiConsumer<End, Link>> acceptors = new LinkedHashMap<>();
    private final List<End> ends = new ArrayList<>();

    Node(Address address, String identity, Loop loop) {
      this.address = address;
      this.identity = identity;
      this.loop = loop;
    }

    @Override
    public Address listen(Service service, Delivery delivery, Acceptor acceptor) {
      synchronized (acceptors) {
        BiConsumer<End, Link> before =
            acceptors.putIfAbsent(
                service,
                (end, link) -> {
                  end.delivery = delivery;
                  end.deliver(
                      () -> {
                        end.handler = acceptor.accept(link.peer());
                        end.handler.opened(link);
                      });
                });
        verify(before == null, "there is a listener for %s already", service);
      }
      return address;
    }

    @Override
    public void connect(Address remote, Service service, Delivery delivery, LinkHandler handler) {
      End here = new End(this);
      here.delivery = delivery;
      here.handler = handler;
      Node there = find(remote);
      BiConsumer<End, Link> acceptor = null;
      if (there != null) {
        synchronized (there.acceptors) {
          acceptor = there.acceptors.get(service);
        }
      }
      if (acceptor == null) {
        here.deliver(
            () ->
                handler.closed(
                    null, new IOException("Nobody serves " + service + " at " + remote)));
        return;
      }
      End other = new End(there);
      here.peer = other;
      other.peer = here;
      acceptor.accept(other, other);
      here.deliver(() -> handler.opened(here));
      here.register();
      other.register();
    }
  }

  /** One end of a connection; events go to its handler in order. */
  private final class End implements Link {
    private final Node node;
    private volatile End peer;
    private volatile Transport.Delivery delivery;
    private volatile LinkHandler handler;
    private boolean closed;

    /** Whether the handler heard that the connection is closed; touched on its thread only. */
    private boolean told;

    End(Node node) {
      this.node = node;
    }

    void register() {
      synchronized (node.ends) {
        node.ends.add(this);
      }
    }

    void deliver(Runnable event) {
      if (delivery == Transport.Delivery.LOOP) {
        node.loop.execute(event);
        return;
      }
      try {
        networkThread.execute(event);
      } catch (RejectedExecutionException e) {
        // The network is closed, and with it the process's parts.
        return;
      }
    }

    @Override
    public String peer() {
      return peer.node.identity;
    }

    @Override
    public void send(ByteBuffer frame) {
      End to = peer;
      synchronized (this) {
        if (closed) {
          return;
        }
        to.deliver(
            () -> {
              if (!to.told) {
                to.handler.received(to, frame);
              }
            });
      }
    }

    @Override
    public void close() {
      if (end(null)) {
        peer.end(new IOException("The connection to " + node.identity + " was closed by it"));
      }
    }

    void breakOff(IOException cause) {
      end(cause);
      peer.end(cause);
    }

    private boolean end(IOException cause) {
      synchronized (this) {
        if (closed) {
          return false;
        }
        closed = true;
      }
      synchronized (node.ends) {
        node.ends.remove(this);
      }
      deliver(
          () -> {
            told = true;
            handler.closed(this, cause);
          });
      return true;
    }
  }
}
