package dev.weft.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.sandbox.Ports.Port;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** Asks daemons whether they do their work, in their own protocols. Blocking; one thread. */
final class Probe {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TIMEOUT_MILLIS = 4_000;
  private static final int THRIFT_VERSION_1_CALL = 0x80010001;
  private static final int THRIFT_VERSION_1_REPLY = 0x80010002;

  private final Map<Port, Integer> ports;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofMillis(TIMEOUT_MILLIS))
          .build();

  Probe(Map<Port, Integer> ports) {
    this.ports = ports;
  }

  /** Whether the daemon serves; for a node manager or data node, as its master sees it. */
  boolean isReady(Daemon daemon) {
    try {
      return switch (daemon) {
        case NAMENODE ->
            "Operational".equals(fileSystemState().path("FSState").asText())
                && nameNode().path("Safemode").asText("?").isEmpty();
        case DATANODE -> fileSystemState().path("NumLiveDataNodes").asInt() >= 1;
        case RESOURCEMANAGER -> !clusterMetrics().isMissingNode();
        case NODEMANAGER_1 -> nodeAnswers(Port.NODEMANAGER_1_WEB);
        case NODEMANAGER_2 -> nodeAnswers(Port.NODEMANAGER_2_WEB);
        case ZOOKEEPER -> zooKeeperServes();
        case METASTORE -> metastoreAnswers();
      };
    } catch (IOException e) {
      return false;
    }
  }

  private boolean nodeAnswers(Port web) throws IOException {
    JsonNode nodes =
        json(Port.RESOURCEMANAGER_WEB, "/ws/v1/cluster/nodes?states=RUNNING")
            .path("nodes")
            .path("node");
    // the host is whatever the machine calls its loopback address; the port is ours alone
    String suffix = ":" + ports.get(web);
    for (JsonNode node : nodes) {
      if (node.path("nodeHTTPAddress").asText().endsWith(suffix)) {
        return true;
      }
    }
    return false;
  }

  private JsonNode fileSystemState() throws IOException {
    return bean(Port.NAMENODE_WEB, "Hadoop:service=NameNode,name=FSNamesystemState");
  }

  private JsonNode nameNode() throws IOException {
    return bean(Port.NAMENODE_WEB, "Hadoop:service=NameNode,name=NameNodeInfo");
  }

  private JsonNode clusterMetrics() throws IOException {
    return bean(Port.RESOURCEMANAGER_WEB, "Hadoop:service=ResourceManager,name=ClusterMetrics");
  }

  private JsonNode bean(Port port, String name) throws IOException {
    return json(port, "/jmx?qry=" + URLEncoder.encode(name, StandardCharsets.UTF_8))
        .path("beans")
        .path(0);
  }

  private JsonNode json(Port port, String path) throws IOException {
    return JSON.readTree(send(HttpRequest.newBuilder(link(port, path)).GET()));
  }

  /** Makes a directory through WebHDFS as {@code user}; one that exists stays as it is. */
  void makeDirectory(String path, String permission, String user) throws IOException {
    String query =
        "?op=MKDIRS&permission="
            + permission
            + "&user.name="
            + URLEncoder.encode(user, StandardCharsets.UTF_8);
    URI link = link(Port.NAMENODE_WEB, "/webhdfs/v1" + path + query);
    send(HttpRequest.newBuilder(link).PUT(HttpRequest.BodyPublishers.noBody()));
  }

  private URI link(Port port, String path) {
    return URI.create("http://" + Ports.HOST + ":" + ports.get(port) + path);
  }

  private String send(HttpRequest.Builder request) throws IOException {
    try {
      var response =
          http.send(
              request.timeout(Duration.ofMillis(TIMEOUT_MILLIS)).build(), BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new IOException(response.uri() + " answered " + response.statusCode());
      }
      return response.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private boolean zooKeeperServes() throws IOException {
    try (Socket socket = connect(Port.ZOOKEEPER)) {
      socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return answer.contains("Mode: standalone");
    }
  }

  /** One {@code get_all_databases} in Thrift's binary protocol: its reply needs the database. */
  private boolean metastoreAnswers() throws IOException {
    byte[] method = "get_all_databases".getBytes(StandardCharsets.US_ASCII);
    var call = new ByteArrayOutputStream();
    var out = new DataOutputStream(call);
    out.writeInt(THRIFT_VERSION_1_CALL);
    out.writeInt(method.length);
    out.write(method);
    out.writeInt(1); // sequence number
    out.writeByte(0); // no arguments
    try (Socket socket = connect(Port.METASTORE)) {
      socket.getOutputStream().write(call.toByteArray());
      socket.getOutputStream().flush();
      return new DataInputStream(socket.getInputStream()).readInt() == THRIFT_VERSION_1_REPLY;
    }
  }

  private Socket connect(Port port) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.connect(new InetSocketAddress(Ports.HOST, ports.get(port)), TIMEOUT_MILLIS);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }
}
