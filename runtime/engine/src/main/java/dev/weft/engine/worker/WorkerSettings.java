package dev.weft.engine.worker;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.StateBackendOptions;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.operator.saved.SnapshotCatalog;
import dev.weft.engine.state.RowDatabases;
import dev.weft.engine.state.StateBackend;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What a worker is told when it starts.
 *
 * @param workerId the container id on YARN; what the worker's certificate proves
 * @param incarnation differs for every start of a worker with the same id
 * @param resources what it has for jobs
 * @param host where it runs, for choosing splits near by
 * @param blockingCallMillis a call of a function that takes longer counts as blocking; 0 switches
 *     the watchdog off
 * @param attributes for people: host, pid, memory in bytes, log link
 * @param gauges of the process, asked at each heartbeat on the control thread
 */
public record WorkerSettings(
    String workerId,
    String incarnation,
    Resources resources,
    String host,
    long blockingCallMillis,
    Map<String, String> attributes,
    Supplier<Map<String, Long>> gauges) {
  /**
   * Local copies of the files of checkpoints.
   *
   * @param directory that processes of this machine share, with a scheme where one is needed
   * @param wanted whether a file of a checkpoint is to have a copy
   */
  public record Copies(String directory, Predicate<String> wanted) {
    /** No file has a copy. */
    public static final Copies NONE = new Copies("", path -> false);
  }

  /**
   * What a worker has for jobs.
   *
   * @param slots how many slots it offers; they share as many threads as there are processors at
   *     most
   * @param memoryBytes what sorting, grouping and joining may take before they go to disk
   * @param networkBytes what records of other workers may take before tasks take them in
   * @param scratch a directory of this worker alone for temporary files
   * @param databases for state that is larger than memory
   * @param copies where files of checkpoints are kept near by
   * @param catalog looks checkpoints and savepoints up that are read or written as data
   */
  public record Resources(
      int slots,
      long memoryBytes,
      long networkBytes,
      String scratch,
      RowDatabases databases,
      Copies copies,
      SnapshotCatalog catalog) {
    /** Of the memory of a slot, the rows of one operator's database take at most this share. */
    private static final int ROWS_SHARE = 4;

    /** Where the keyed state of a job lies. */
    StateBackend states(Configuration configuration, MemoryPool job) {
      return new StateBackend(
          configuration.get(StateBackendOptions.STATE_BACKEND),
          databases,
          job,
          new StateBackend.Limits(
              memoryBytes / slots / ROWS_SHARE,
              configuration.get(StateBackendOptions.HEAP_OBJECT_ROWS_MAX)));
    }
  }
}
