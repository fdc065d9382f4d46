package dev.weft.engine.server;

import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.MemorySize;
import dev.weft.api.config.StateBackendOptions;
import dev.weft.api.config.TaskManagerOptions;
import dev.weft.engine.server.host.ProductionWorld;
import dev.weft.engine.server.host.RoutingFileStore;
import dev.weft.engine.server.rocks.RocksDatabases;
import dev.weft.engine.server.saved.SavedSnapshots;
import dev.weft.engine.state.RowDatabases;
import dev.weft.engine.worker.LeaderLocator;
import dev.weft.engine.worker.WorkerEnd;
import dev.weft.engine.worker.WorkerNode;
import dev.weft.engine.worker.WorkerSettings;
import dev.weft.engine.world.CodeLoader;
import dev.weft.engine.world.Loop;
import dev.weft.engine.world.Outcome;
import dev.weft.engine.world.Transport;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A worker with its world. Methods may be called from any thread but the control thread. */
public final class WorkerProcess implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerProcess.class);

  /** A call of a user's function that takes longer gets a thread of its own. */
  private static final long BLOCKING_CALL_MILLIS = 100;

  private static final int INCARNATION_BYTES = 8;

  /** The share of the heap that sorting, grouping and joining may take. */
  private static final double MANAGED_SHARE = 0.4;

  /** Of the heap, for what other workers send. */
  private static final double NETWORK_SHARE = 0.1;

  private final ProductionWorld world;
  private final RocksDatabases databases;
  private final CompletableFuture<End> ended = new CompletableFuture<>();
  private WorkerNode node;

  /** How a worker ended. */
  public record End(WorkerEnd.Reason how, String reason) {}

  /**
   * What a worker is told.
   *
   * @param workerId what its certificate proves
   * @param host by which others reach it
   * @param attributes for people, besides host and pid
   */
  public record Settings(String workerId, int slots, String host, Map<String, String> attributes) {}

  /** Where a worker runs and how it finds its leader. */
  public record Surroundings(
      Function<Loop, Transport> network, CodeLoader code, LeaderLocator locator) {}

  /**
   * Starts a worker.
   *
   * @param uncaught hears of an error that nobody handled; the process should end
   */
  public WorkerProcess(
      ProcessSetup setup,
      Settings settings,
      Surroundings surroundings,
      Consumer<Throwable> uncaught) {
    this.world =
        new ProductionWorld(
            settings.workerId(),
            setup.files(),
            surroundings.code(),
            surroundings.network(),
            uncaught);
    this.databases =
        new RocksDatabases(setup.configuration().get(StateBackendOptions.ROCKSDB_MEMORY).bytes());
    WorkerSettings worker =
        new WorkerSettings(
            settings.workerId(),
            incarnation(),
            new WorkerSettings.Resources(
                settings.slots(),
                managedBytes(setup.configuration()),
                networkBytes(setup.configuration()),
                setup.scratch().resolve("spill-" + settings.workerId()).toUri().toString(),
                databases,
                copies(setup),
                new SavedSnapshots()),
            settings.host(),
            BLOCKING_CALL_MILLIS,
            attributes(settings),
            new ProcessGauges());
    world
        .loop()
        .execute(
            () -> {
              node =
                  new WorkerNode(
                      world,
                      worker,
                      surroundings.locator(),
                      (how, reason) -> ended.complete(new End(how, reason)));
              node.start();
            });
    if (setup.configuration().get(StateBackendOptions.STATE_BACKEND)
        == StateBackendOptions.Backend.ROCKSDB) {
      warmUp(setup.scratch().resolve("warm-up-" + settings.workerId()).toUri().toString());
    }
  }

  /** The first database of a process takes half a second, which no job shall wait for. */
  private void warmUp(String directory) {
    world
        .background()
        .run(
            "open a first database",
            () -> {
              databases.open(new RowDatabases.Place(directory, () -> {})).close();
              return null;
            },
            outcome -> {
              if (outcome instanceof Outcome.Failure<Object> failure) {
                LOG.warn("RocksDB was asked for, but does not work here", failure.cause());
              }
            });
  }

  private static WorkerSettings.Copies copies(ProcessSetup setup) {
    if (!setup.configuration().get(CheckpointingOptions.LOCAL_BACKUP_ENABLED)) {
      return WorkerSettings.Copies.NONE;
    }
    String place =
        setup.configuration().get(CheckpointingOptions.LOCAL_RECOVERY_TASK_MANAGER_STATE_ROOT_DIRS);
    Path directory = place == null ? setup.scratch().resolve("checkpoints") : Path.of(place);
    return new WorkerSettings.Copies(
        directory.toUri().toString().replaceAll("/+$", ""),
        path -> !(setup.files() instanceof RoutingFileStore files && files.isLocal(path)));
  }

  private static long managedBytes(Configuration configuration) {
    MemorySize size = configuration.get(TaskManagerOptions.MANAGED_MEMORY);
    return size == null ? (long) (Runtime.getRuntime().maxMemory() * MANAGED_SHARE) : size.bytes();
  }

  private static long networkBytes(Configuration configuration) {
    MemorySize size = configuration.get(TaskManagerOptions.NETWORK_MEMORY_MAX);
    return size == null ? (long) (Runtime.getRuntime().maxMemory() * NETWORK_SHARE) : size.bytes();
  }

  private static String incarnation() {
    byte[] bytes = new byte[INCARNATION_BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static Map<String, String> attributes(Settings settings) {
    Map<String, String> attributes = new TreeMap<>(settings.attributes());
    attributes.put("host", settings.host());
    attributes.put("pid", String.valueOf(ProcessHandle.current().pid()));
    attributes.put("memory", String.valueOf(Runtime.getRuntime().maxMemory()));
    return attributes;
  }

  /** Completes when the worker has ended. */
  public CompletableFuture<End> ended() {
    return ended;
  }

  /** Ends all tasks, then the worker; see {@link #ended}. */
  public void shutDown(String reason) {
    world
        .loop()
        .execute(
            () -> {
              if (node != null) {
                node.shutdown(reason);
              }
            });
  }

  /** Stops threads and network at once, as if the process died. */
  @Override
  public void close() {
    world.close();
    databases.close();
  }
}
