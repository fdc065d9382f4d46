package dev.weft.itests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** The REST interface of a cluster, as any tool would call it. */
final class Rest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Says a process that does not lead at the time and wants to be asked again. */
  private static final int UNAVAILABLE = 503;

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long INTERVAL_NANOS = Duration.ofMillis(100).toNanos();

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final String base;
  private final String token;

  /**
   * An interface.
   *
   * @param token null to send none
   */
  Rest(URI base, String token) {
    // the ResourceManager's proxy has a path of its own
    this.base = base.resolve(".").toString().replaceAll("/$", "");
    this.token = token;
  }

  /** The status of a GET. */
  int status(String path) throws IOException {
    return send(path).statusCode();
  }

  /** The document of a GET; where no process leads, that of the one that will. */
  JsonNode get(String path) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    HttpResponse<String> response = send(path);
    while (response.statusCode() == UNAVAILABLE && System.nanoTime() < deadline) {
      LockSupport.parkNanos(INTERVAL_NANOS);
      response = send(path);
    }
    if (response.statusCode() != 200) {
      throw new IOException(path + " answers " + response.statusCode() + ": " + response.body());
    }
    return JSON.readTree(response.body());
  }

  private HttpResponse<String> send(String path) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(20));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** The state of a job. */
  String state(String job) throws IOException {
    return get("/jobs/" + job).get("state").asText();
  }

  /** How often all of the job's tasks were started, from 1. */
  int attempt(String job) throws IOException {
    return get("/jobs/" + job).get("attempt").asInt();
  }

  /** The number of the last completed checkpoint, or 0. */
  long checkpoint(String job) throws IOException {
    JsonNode latest = get("/jobs/" + job + "/checkpoints").path("latest").path("completed");
    return latest.path("id").asLong(0);
  }
}
