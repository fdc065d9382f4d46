package dev.weft.ha.zookeeper;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;

/**
 * Stands between one client and a ZooKeeper server and breaks the connection around the next
 * transaction: before the server got it, or after the server answered and before the client hears.
 * It then refuses connections until told otherwise.
 */
final class FaultProxy implements AutoCloseable {
  /** What happens to the next transaction. */
  enum Fault {
    NONE,
    LOSE_REQUEST,
    LOSE_REPLY
  }

  private static final int TRANSACTION = 14;

  private final ServerSocket server;
  private final int target;
  private volatile Fault fault = Fault.NONE;
  private volatile int awaitedReply = -1;
  private volatile boolean refusing;
  private volatile CountDownLatch struck = new CountDownLatch(1);

  FaultProxy(int target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(0, 16, InetAddress.getByName("127.0.0.1"));
    start(this::accept);
  }

  String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  void breakNext(Fault next) {
    struck = new CountDownLatch(1);
    awaitedReply = -1;
    fault = next;
  }

  /** Returns when the fault has struck; no connection is accepted from then on. */
  void awaitStruck() throws InterruptedException {
    struck.await();
  }

  void acceptAgain() {
    refusing = false;
  }

  private static void start(Runnable run) {
    Thread thread = new Thread(run, "fault-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        if (refusing) {
          client.close();
          continue;
        }
        Socket upstream = new Socket(InetAddress.getByName("127.0.0.1"), target);
        start(() -> pump(client, upstream, true));
        start(() -> pump(upstream, client, false));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void pump(Socket from, Socket to, boolean requests) {
    try (from;
        to) {
      DataInputStream in = new DataInputStream(from.getInputStream());
      DataOutputStream out = new DataOutputStream(to.getOutputStream());
      while (true) {
        byte[] packet = new byte[in.readInt()];
        in.readFully(packet);
        if (requests ? strikesRequest(packet) : strikesReply(packet)) {
          refusing = true;
          fault = Fault.NONE;
          struck.countDown();
          return;
        }
        out.writeInt(packet.length);
        out.write(packet);
        out.flush();
      }
    } catch (IOException e) {
      // one side has gone, and the other goes with it
    }
  }

  private boolean strikesRequest(byte[] packet) {
    ByteBuffer buffer = ByteBuffer.wrap(packet);
    if (fault == Fault.NONE || packet.length < 8 || buffer.getInt(4) != TRANSACTION) {
      return false;
    }
    awaitedReply = buffer.getInt(0);
    return fault == Fault.LOSE_REQUEST;
  }

  private boolean strikesReply(byte[] packet) {
    return fault == Fault.LOSE_REPLY
        && awaitedReply >= 0
        && packet.length >= 4
        && ByteBuffer.wrap(packet).getInt(0) == awaitedReply;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
