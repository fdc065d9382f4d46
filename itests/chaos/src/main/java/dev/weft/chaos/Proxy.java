package dev.weft.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands between the address that a process announces and the one that it listens on, and does to
 * connections what a bad network would. Thread-safe.
 */
final class Proxy implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int SLOW_BYTES = 4 << 10;
  private static final long SLOW_MILLIS = 20;
  private static final long HELD_LOOK_MILLIS = 20;

  private final String announced;
  private final InetSocketAddress target;
  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile Mode mode = Mode.PASS;

  /** What is done with the bytes. */
  enum Mode {
    /** They go through. */
    PASS,
    /** They stay where they are, and nobody hears of it: a cut, a half-open connection. */
    HOLD,
    /** They go through in small pieces. */
    SLOW,
    /** The next piece has a bit flipped; then they go through. */
    FLIP,
    /** What is asked goes through, and instead of the answer comes a reset. */
    LOSE_REPLIES,
    /** New connections are closed at once. */
    REFUSE
  }

  /** Listens on one loopback address and connects to the same port of another. */
  Proxy(String announced, String bound, int port) throws IOException {
    this.announced = announced;
    this.target = new InetSocketAddress(InetAddress.getByName(bound), port);
    this.server = new ServerSocket();
    server.setReuseAddress(true);
    server.bind(new InetSocketAddress(InetAddress.getByName(announced), port));
    start("accepts for " + announced + ":" + port, this::accept);
  }

  private static void start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** The address that others connect to. */
  String announced() {
    return announced;
  }

  int port() {
    return target.getPort();
  }

  /** Changes what is done, to connections that stand too. */
  void mode(Mode newMode) {
    mode = newMode;
  }

  /** Ends every connection with a reset. */
  void reset() {
    for (Socket socket : open) {
      try {
        socket.setSoLinger(true, 0);
        socket.close();
      } catch (IOException e) {
        open.remove(socket);
      }
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        if (mode == Mode.REFUSE) {
          client.close();
        } else {
          start("connects to " + target, () -> connect(client));
        }
      } catch (IOException e) {
        if (!server.isClosed()) {
          throw new IllegalStateException("The proxy for " + target + " can not accept", e);
        }
      }
    }
  }

  private void connect(Socket client) {
    Socket onward = new Socket();
    try {
      onward.connect(target);
      client.setTcpNoDelay(true);
      onward.setTcpNoDelay(true);
      open.add(client);
      open.add(onward);
      start("to " + target, () -> copy(client, onward, false));
      copy(onward, client, true);
    } catch (IOException e) {
      end(client);
      end(onward);
    }
  }

  private void copy(Socket from, Socket to, boolean replies) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      int count = in.read(buffer, 0, mode == Mode.SLOW ? SLOW_BYTES : BUFFER_BYTES);
      while (count >= 0) {
        while (mode == Mode.HOLD) {
          Thread.sleep(HELD_LOOK_MILLIS);
        }
        if (mode == Mode.LOSE_REPLIES && replies) {
          to.setSoLinger(true, 0);
          return;
        }
        if (mode == Mode.SLOW) {
          Thread.sleep(SLOW_MILLIS);
        }
        if (mode == Mode.FLIP) {
          mode = Mode.PASS;
          buffer[count / 2] ^= 0x10;
        }
        out.write(buffer, 0, count);
        count = in.read(buffer, 0, mode == Mode.SLOW ? SLOW_BYTES : BUFFER_BYTES);
      }
    } catch (SocketException e) {
      // the other end is gone; so is this one below
    } catch (IOException e) {
      System.err.println("proxy for " + target + ": " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end(from);
      end(to);
    }
  }

  private void end(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      System.err.println("proxy for " + target + " can not close: " + e);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    mode = Mode.PASS;
    open.forEach(this::end);
  }
}
