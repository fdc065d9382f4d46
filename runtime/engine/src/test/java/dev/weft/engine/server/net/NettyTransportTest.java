package dev.weft.engine.server.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.config.SecurityOptions.DataEncryption;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.server.host.ControlThread;
import dev.weft.engine.server.security.Identity;
import dev.weft.engine.server.security.SecurityBundle;
import dev.weft.engine.world.Transport.Delivery;
import dev.weft.engine.world.Transport.Service;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class NettyTransportTest {
  private static final SecurityBundle.Leader APPLICATION = SecurityBundle.Leader.create("app-1");
  private static final SecurityBundle.Leader OTHER = SecurityBundle.Leader.create("app-2");

  private final List<AutoCloseable> open = new ArrayList<>();
  private final AtomicInteger accepted = new AtomicInteger();
  private final RecordingHandler server = new RecordingHandler();

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable closeable : open) {
      closeable.close();
    }
  }

  private NettyTransport transport(Identity identity) {
    return transport(identity, DataEncryption.ON);
  }

  private NettyTransport transport(Identity identity, DataEncryption data) {
    ControlThread loop =
        new ControlThread("test-" + identity.name(), e -> assertNull(e, "no failure"));
    NettyTransport transport =
        new NettyTransport(
            identity.name(),
            new NettyTransport.Security(identity, data),
            new NettyTransport.Listening("127.0.0.1", "localhost", "0"),
            loop);
    open.add(transport);
    open.add(loop::stop);
    return transport;
  }

  private Address serve(Service service, Delivery delivery) {
    return serve(service, delivery, DataEncryption.ON);
  }

  private Address serve(Service service, Delivery delivery, DataEncryption data) {
    return transport(APPLICATION.leaderIdentity(), data)
        .listen(
            service,
            delivery,
            peer -> {
              accepted.incrementAndGet();
              return server;
            });
  }

  @ParameterizedTest
  @CsvSource({"LOOP,ON", "NETWORK,ON", "LOOP,OFF", "NETWORK,OFF"})
  void framesArriveInOrderAndEachSideKnowsTheOther(Delivery delivery, DataEncryption data)
      throws Exception {
    Address address = serve(Service.DATA, delivery, data);
    RecordingHandler client = new RecordingHandler();
    transport(APPLICATION.issueWorker("worker-1").identity(), data)
        .connect(address, Service.DATA, delivery, client);
    var here = client.next(RecordingHandler.Opened.class).link();
    var there = server.next(RecordingHandler.Opened.class).link();
    assertEquals("leader", here.peer());
    assertEquals("worker-1", there.peer());
    int frames = 2000;
    for (int i = 0; i < frames; i++) {
      here.send(ByteBuffer.wrap(frame(i)));
      there.send(ByteBuffer.wrap(frame(-i)));
    }
    for (int i = 0; i < frames; i++) {
      assertArrayEquals(frame(i), server.next(RecordingHandler.Received.class).frame());
      assertArrayEquals(frame(-i), client.next(RecordingHandler.Received.class).frame());
    }
    here.send(ByteBuffer.wrap(frame(7)));
    here.close();
    assertArrayEquals(frame(7), server.next(RecordingHandler.Received.class).frame());
    assertNull(client.next(RecordingHandler.Closed.class).cause());
    assertNotNull(server.next(RecordingHandler.Closed.class).cause());
    there.send(ByteBuffer.wrap(frame(1)));
    assertTrue(client.isEmpty());
  }

  @ParameterizedTest
  @EnumSource(DataEncryption.class)
  void endsThatDisagreeAboutEncryptionDoNotConnect(DataEncryption here) throws Exception {
    DataEncryption there = here == DataEncryption.ON ? DataEncryption.OFF : DataEncryption.ON;
    Address address = serve(Service.DATA, Delivery.NETWORK, there);
    RecordingHandler client = new RecordingHandler();
    transport(APPLICATION.issueWorker("worker-1").identity(), here)
        .connect(address, Service.DATA, Delivery.NETWORK, client);
    if (here == DataEncryption.ON) {
      client.next(RecordingHandler.Opened.class); // who stays under TLS does not wait for an answer
    }
    client.next(RecordingHandler.Closed.class);
    assertEquals(0, accepted.get());
  }

  @Test
  void controlStaysEncryptedWhenDataIsNot() throws Exception {
    Address address = serve(Service.CONTROL, Delivery.LOOP, DataEncryption.OFF);
    try (Tls peer = new Tls(address, APPLICATION.issueWorker("w").identity())) {
      peer.hello(1);
      server.next(RecordingHandler.Opened.class);
    }
  }

  /** Sizes on both sides of every threshold, the largest about 300 kB. */
  private static byte[] frame(int number) {
    int size = number % 100 == 0 ? 3000 * (Math.abs(number) / 100 % 100) : Math.abs(number) % 50;
    byte[] bytes = new byte[size + 4];
    ByteBuffer.wrap(bytes).putInt(number);
    return bytes;
  }

  @Test
  void aFrameThatIsTooLongIsNotSent() throws Exception {
    Address address = serve(Service.CONTROL, Delivery.LOOP);
    RecordingHandler client = new RecordingHandler();
    transport(APPLICATION.issueWorker("w").identity())
        .connect(address, Service.CONTROL, Delivery.LOOP, client);
    var link = client.next(RecordingHandler.Opened.class).link();
    assertThrows(IllegalStateException.class, () -> link.send(ByteBuffer.allocate((16 << 20) + 1)));
  }

  @Test
  void aFrameThatIsTooLongEndsTheConnection() throws Exception {
    Address address = serve(Service.CONTROL, Delivery.LOOP);
    try (Tls peer = new Tls(address, APPLICATION.issueWorker("w").identity())) {
      peer.hello(1);
      server.next(RecordingHandler.Opened.class);
      peer.out.writeInt(Integer.MAX_VALUE);
      peer.out.flush();
      assertTrue(peer.isCutOff());
      assertTrue(
          server.next(RecordingHandler.Closed.class).cause().getMessage().contains("exceeds"));
    }
  }

  @Test
  void plainTextIsRefused() throws Exception {
    Address address = serve(Service.CONTROL, Delivery.LOOP);
    try (Socket socket = new Socket("127.0.0.1", address.port())) {
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      out.writeInt(6);
      out.write(new byte[] {'W', 'E', 'F', 'T', 1, 1});
      out.flush();
      assertTrue(endsWithoutFrames(socket.getInputStream()));
    }
    assertEquals(0, accepted.get());
  }

  @Test
  void aPeerWithoutCertificateIsRefused() throws Exception {
    Address address = serve(Service.CONTROL, Delivery.LOOP);
    assertCutOff(address, null);
    assertEquals(0, accepted.get());
  }

  @Test
  void aPeerOfAnotherApplicationIsRefused() throws Exception {
    Address address = serve(Service.CONTROL, Delivery.LOOP);
    assertCutOff(address, OTHER.issueWorker("w").identity());
    assertEquals(0, accepted.get());
  }

  @Test
  void aServerOfAnotherApplicationIsNotTrusted() throws Exception {
    Address address = serve(Service.DATA, Delivery.LOOP);
    RecordingHandler client = new RecordingHandler();
    transport(OTHER.issueWorker("w").identity())
        .connect(address, Service.DATA, Delivery.LOOP, client);
    RecordingHandler.Closed closed = client.next(RecordingHandler.Closed.class);
    assertNull(closed.link());
    assertNotNull(closed.cause());
    assertEquals(0, accepted.get());
  }

  @Test
  void aWorkerThatPosesAsLeaderIsRefused() throws Exception {
    Address address =
        transport(APPLICATION.issueWorker("w-1").identity())
            .listen(Service.CONTROL, Delivery.LOOP, peer -> server);
    RecordingHandler client = new RecordingHandler();
    transport(APPLICATION.issueWorker("w-2").identity())
        .connect(address, Service.CONTROL, Delivery.LOOP, client);
    RecordingHandler.Closed closed = client.next(RecordingHandler.Closed.class);
    assertTrue(closed.cause().getMessage().contains("no leader"), closed.cause().getMessage());
  }

  @Test
  void anOlderTlsIsRefused() throws Exception {
    Address address = serve(Service.CONTROL, Delivery.LOOP);
    Identity identity = APPLICATION.issueWorker("w").identity();
    SSLContext context = Tls.context(identity);
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", address.port())) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      assertThrows(IOException.class, socket::startHandshake);
    }
    assertEquals(0, accepted.get());
  }

  @Test
  void anUnknownServiceVersionOrProtocolIsRefused() throws Exception {
    Address address = serve(Service.CONTROL, Delivery.LOOP);
    byte[][] hellos = {
      {'W', 'E', 'F', 'T', 1, 9},
      {'W', 'E', 'F', 'T', 1, 2},
      {'W', 'E', 'F', 'T', 2, 1},
      {'H', 'T', 'T', 'P', 1, 1},
      {'W', 'E', 'F'},
      new byte[1000]
    };
    for (byte[] hello : hellos) {
      try (Tls peer = new Tls(address, APPLICATION.issueWorker("w").identity())) {
        peer.out.writeInt(hello.length);
        peer.out.write(hello);
        peer.out.flush();
        assertTrue(peer.isCutOff());
      }
    }
    assertEquals(0, accepted.get());
  }

  @Test
  void connectingToNobodyIsHeard() throws Exception {
    RecordingHandler client = new RecordingHandler();
    transport(APPLICATION.issueWorker("w").identity())
        .connect(new Address("127.0.0.1", 1), Service.DATA, Delivery.NETWORK, client);
    assertNull(client.next(RecordingHandler.Closed.class).link());
  }

  /** The server may cut the connection at any moment from the handshake on. */
  private static void assertCutOff(Address address, Identity identity) throws Exception {
    try (Tls peer = new Tls(address, identity)) {
      peer.hello(1);
      assertTrue(peer.isCutOff());
    } catch (IOException e) {
      assertNotNull(e);
    }
  }

  private static boolean endsWithoutFrames(InputStream in) {
    try {
      // Whatever comes before the end is an alert, never a frame.
      return in.readNBytes(1000).length < 100;
    } catch (IOException e) {
      return true;
    }
  }

  /** A peer made by hand from the JDK's sockets. */
  private static final class Tls implements AutoCloseable {
    private final SSLSocket socket;
    private final DataOutputStream out;
    private final DataInputStream in;

    Tls(Address address, Identity identity) throws Exception {
      socket =
          (SSLSocket)
              context(identity).getSocketFactory().createSocket("127.0.0.1", address.port());
      socket.startHandshake();
      out = new DataOutputStream(socket.getOutputStream());
      in = new DataInputStream(socket.getInputStream());
    }

    static SSLContext context(Identity identity) throws Exception {
      var keys = javax.net.ssl.KeyManagerFactory.getInstance("PKIX");
      var store = java.security.KeyStore.getInstance("PKCS12");
      store.load(null, null);
      if (identity != null) {
        store.setKeyEntry(
            "me",
            identity.key(),
            new char[0],
            new java.security.cert.Certificate[] {identity.certificate()});
      }
      keys.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), new TrustManager[] {new TrustsAll()}, null);
      return context;
    }

    void hello(int service) throws IOException {
      out.writeInt(6);
      out.write(new byte[] {'W', 'E', 'F', 'T', 1, (byte) service});
      out.flush();
    }

    boolean isCutOff() {
      try {
        return in.read() < 0;
      } catch (IOException e) {
        return true;
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static final class TrustsAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String type) {}

    @Override
    public java.security.cert.X509Certificate[] getAcceptedIssuers() {
      return new java.security.cert.X509Certificate[0];
    }
  }
}
