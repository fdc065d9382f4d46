package dev.weft.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.Configuration;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.fs.FileStore;
import dev.weft.api.fs.FileStoreFactory;
import dev.weft.api.types.Types;
import dev.weft.engine.checkpoint.CheckpointStatistics;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.plan.Planner;
import dev.weft.engine.plugin.Plugins;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.server.host.LocalFileStore;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A checkpoint directory that takes nothing for a while: the job lives on and says why. */
class CheckpointDirectoryTest {
  private static final String JOB = "c".repeat(32);
  private static volatile boolean full;

  @TempDir private Path directory;

  private enum Trouble {
    NOT_WRITABLE("Exception"),
    FULL("No space left on device");

    private final String cause;

    Trouble(String cause) {
      this.cause = cause;
    }
  }

  /** Files of this machine on a device that may be full. */
  public static final class DeviceFactory implements FileStoreFactory {
    @Override
    public Set<String> schemes() {
      return Set.of("device");
    }

    @Override
    public FileStore open(Configuration configuration) {
      FileStore local = new LocalFileStore();
      return (FileStore)
          Proxy.newProxyInstance(
              FileStore.class.getClassLoader(),
              new Class<?>[] {FileStore.class},
              (proxy, method, arguments) -> {
                if (full && method.getName().startsWith("create")) {
                  throw new IOException(arguments[0] + ": No space left on device");
                }
                Object[] mapped = arguments == null ? new Object[0] : arguments.clone();
                for (int i = 0; i < mapped.length; i++) {
                  if (mapped[i] instanceof String path) {
                    mapped[i] = path.replace("device:", "file:");
                  }
                }
                try {
                  return method.invoke(local, mapped);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }
  }

  private Plugins plugins() throws IOException {
    Path services = Files.createDirectories(directory.resolve("plugin/META-INF/services"));
    Files.writeString(
        services.resolve(FileStoreFactory.class.getName()), DeviceFactory.class.getName());
    URL[] place = {directory.resolve("plugin").toUri().toURL()};
    return Plugins.onClassPath(
        new URLClassLoader(place, CheckpointDirectoryTest.class.getClassLoader()));
  }

  private void begin(LocalCluster cluster, Ledger ledger) {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(
            new Configuration()
                .set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, "device://" + checkpoints()));
    environment.setParallelism(1);
    environment.enableCheckpointing(50);
    environment
        .fromSource(
            new DataGeneratorSource<>(n -> n, Types.LONG).withRatePerReader(200),
            WatermarkStrategy.noWatermarks(),
            "numbers")
        .map(n -> String.format("%06d", n))
        .returns(Types.STRING)
        .sinkTo(ledger);
    cluster.submit(Planner.plan(environment.pipeline("numbers"), JOB));
  }

  private Path checkpoints() {
    return directory.resolve("checkpoints");
  }

  private static CheckpointStatistics await(
      LocalCluster cluster, Predicate<CheckpointStatistics> wanted) throws Exception {
    while (true) {
      CheckpointStatistics statistics = cluster.job(JOB).get().checkpoints();
      if (wanted.test(statistics)) {
        return statistics;
      }
      if (cluster.ended(JOB).isDone()) {
        throw new AssertionError(cluster.ended(JOB).get().failures().toString());
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private void begin(Trouble trouble) throws IOException {
    if (trouble == Trouble.FULL) {
      full = true;
    } else {
      Files.move(checkpoints().resolve(JOB), directory.resolve("aside"));
      Files.createFile(checkpoints().resolve(JOB));
    }
  }

  private void end(Trouble trouble) throws IOException {
    full = false;
    if (trouble == Trouble.NOT_WRITABLE) {
      Files.delete(checkpoints().resolve(JOB));
      Files.move(directory.resolve("aside"), checkpoints().resolve(JOB));
    }
  }

  @ParameterizedTest
  @EnumSource(Trouble.class)
  void leavesTheJobRunningAndIsVisible(Trouble trouble) throws Exception {
    Ledger ledger = Ledger.open("directory-" + trouble);
    ClassLoader code = CheckpointDirectoryTest.class.getClassLoader();
    try (LocalCluster cluster =
        LocalCluster.start(
            new LocalCluster.Settings(new Configuration(), plugins(), code, 1, 1, false, true))) {
      begin(cluster, ledger);
      await(cluster, statistics -> statistics.counts().completed() >= 2);
      begin(trouble);
      CheckpointStatistics failed =
          await(cluster, statistics -> statistics.counts().failuresInRow() >= 3);
      int before = ledger.records().size();
      assertEquals(JobStatus.RUNNING, cluster.job(JOB).get().summary().status());
      assertTrue(cluster.job(JOB).get().failures().isEmpty());
      JsonNode document = checkpointsInRest(cluster);
      assertTrue(document.at("/counts/failed").asInt() >= 3, document.toString());
      String message = document.at("/latest/failed/failure_message").asText();
      assertTrue(message.contains(trouble.cause), message);
      assertTrue(message.contains(checkpoints().toString()), message);
      assertTrue(message.matches("(DEPENDENCY|RESOURCE).*"), message);
      end(trouble);
      await(
          cluster,
          statistics -> statistics.counts().completed() >= failed.counts().completed() + 2);
      ledger.await(before + 10);
      cluster.cancel(JOB);
      JobDetails ended = cluster.ended(JOB).get(60, TimeUnit.SECONDS);
      assertEquals(JobStatus.CANCELED, ended.summary().status());
      assertTrue(ended.failures().isEmpty(), ended.failures().toString());
      for (int i = 0; i < ledger.records().size(); i++) {
        assertEquals(String.format("%06d", i), ledger.records().get(i), "once and in order");
      }
    } finally {
      full = false;
    }
  }

  private static JsonNode checkpointsInRest(LocalCluster cluster) throws Exception {
    Address rest = cluster.rest().get();
    URI place = URI.create("http://localhost:" + rest.port() + "/jobs/" + JOB + "/checkpoints");
    String body =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(place)
                    .header("Authorization", "Bearer " + cluster.restToken())
                    .build(),
                BodyHandlers.ofString())
            .body();
    return new ObjectMapper().readTree(body);
  }
}
