package dev.weft.simulator;

import dev.weft.connectors.hdfs.sink.FileSink;
import dev.weft.connectors.hdfs.sink.StagedFile;
import dev.weft.connectors.hdfs.sink.StagingLayout;
import dev.weft.engine.checkpoint.CheckpointStatistics;
import dev.weft.engine.checkpoint.Manifest;
import dev.weft.engine.checkpoint.RegisteredCheckpoint;
import dev.weft.engine.checkpoint.SimulatedManifests;
import dev.weft.engine.checkpoint.SnapshotClaim;
import dev.weft.engine.cluster.JobControl;
import dev.weft.engine.cluster.SimulatedLeaders;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.protocol.CommittableBytes;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.protocol.OperatorSnapshot;
import dev.weft.engine.protocol.SnapshotHandle;
import dev.weft.engine.simulated.SimulatedCluster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * The invariants, checked at every change of a file or pointer. The first violation is kept and
 * thrown after the event, because production code catches what its callees throw.
 */
final class LedgerChecks {
  private static final String CHECKPOINTS = "/checkpoints";

  private final SimulatedCluster cluster;
  private final Place place;
  private final Workload workload;
  private final JobGraph graph;
  private final FileSink<LedgerRecord> sink;
  private final BitSet[] visible;
  private final Map<String, Integer> visibleFiles = new LinkedHashMap<>();
  private final TreeSet<String> needed = new TreeSet<>();
  private long[] covered;
  private List<LedgerRecord> overtaken = List.of();
  private RegisteredCheckpoint newest;
  private final TreeSet<String> savepoint = new TreeSet<>();
  private boolean claimed;
  private final DamagedFiles damaged;
  private final Map<Long, long[]> coveredBy = new TreeMap<>();
  private List<RegisteredCheckpoint> kept = List.of();
  private String jobId;
  private boolean ended;
  private String violation;
  private long restoredMillis;
  private Supplier<JobControl> jobs = () -> null;

  /**
   * Where things lie.
   *
   * @param application the directory of the leader's files
   * @param jobId the job
   * @param output the sink's directory
   */
  record Place(String application, String jobId, String output) {}

  LedgerChecks(
      SimulatedCluster cluster,
      Place place,
      Workload workload,
      JobGraph graph,
      FileSink<LedgerRecord> sink) {
    this.cluster = cluster;
    this.place = place;
    this.jobId = place.jobId();
    this.workload = workload;
    this.graph = graph;
    this.sink = sink;
    this.visible = new BitSet[workload.partitions()];
    Arrays.setAll(visible, i -> new BitSet());
    this.covered = new long[workload.partitions()];
    this.damaged = new DamagedFiles(cluster);
    cluster.files().watch(this::fileChanged);
    cluster.coordination().watch(this::pointerChanged);
    cluster.afterEachEvent(
        () -> {
          if (violation != null) {
            throw new AssertionError(violation);
          }
        });
  }

  /** Says where the jobs of the newest leader are. */
  void jobs(Supplier<JobControl> newestJobs) {
    jobs = newestJobs;
  }

  /**
   * Another job goes on from a savepoint of the first.
   *
   * @param claim whether it may delete the savepoint once it has a checkpoint of its own
   */
  void goesOn(String nextJob, String location, boolean claim) {
    if (graph.exact()) {
      checkFinal();
    }
    savepoint.addAll(cluster.files().paths(location));
    savepoint.remove(location + "/" + SnapshotClaim.NAME); // goes when a job ends before
    if (savepoint.isEmpty()) {
      violate("I6", "there is nothing at " + location);
    }
    claimed = claim;
    jobId = nextJob;
    newest = null;
    ended = false;
    needed.clear();
    kept = List.of();
    coveredBy.clear();
  }

  // ---- damaged files of checkpoints

  /** The files of the newest checkpoint; none before the first and when the job has ended. */
  List<String> stateFiles() {
    if (newest == null || ended) {
      return List.of();
    }
    return Stream.concat(newest.files().stream(), Stream.of(newest.manifestPath()))
        .filter(path -> path.startsWith(CHECKPOINTS + "/"))
        .toList();
  }

  /** The disk damages some of them. */
  void damageState(SplittableRandom how) {
    damaged.add(stateFiles(), how);
  }

  /**
   * Looks at a job that ended: one that stays down because of damaged files must have to, and say
   * which file it is. Then the files are brought back.
   *
   * @return whether it stays down and everything is kept, so that it runs when it is started again
   */
  boolean staysDown(JobDetails job) {
    if (!job.summary().jobId().equals(jobId)
        || job.summary().status() != JobStatus.FAILED
        || !damaged.any()) {
      return false;
    }
    String why = job.failures().get(0).cause().message();
    if (!damaged.isNamedIn(why)) {
      return false;
    }
    if (kept.isEmpty()) {
      violate("I14", "the job failed for good because of a file of a checkpoint: " + why);
      return false;
    }
    boolean outputIsVisible = workload.endless() || kept.get(0).last();
    for (RegisteredCheckpoint checkpoint : outputIsVisible ? kept.subList(0, 1) : kept) {
      if (isWhole(checkpoint)) {
        violate(
            "I14", "checkpoint " + checkpoint.id() + " is whole, but the job stays down: " + why);
      }
    }
    damaged.bringBack();
    return true;
  }

  private boolean isWhole(RegisteredCheckpoint checkpoint) {
    return !damaged.isAmong(checkpoint.files())
        && !damaged.isAmong(Set.of(checkpoint.manifestPath()));
  }

  /** Fails when the job went back to an older checkpoint than the one before and did not say so. */
  private void checkSaid(long before) {
    JobDetails details = jobs.get() == null ? null : jobs.get().job(jobId).orElse(null);
    CheckpointStatistics.Restored last = details == null ? null : details.checkpoints().restored();
    if (last == null || last.restoredMillis() == restoredMillis) {
      return;
    }
    restoredMillis = last.restoredMillis();
    String said = "Continues from the older checkpoint " + last.id() + ":";
    if (last.id() < before
        && last.path().startsWith(CHECKPOINTS + "/" + jobId)
        && details.failures().stream().noneMatch(f -> f.cause().message().startsWith(said))) {
      violate(
          "I14",
          "the job went on from checkpoint "
              + last.id()
              + ", which is older than "
              + before
              + ", and does not say so: "
              + details.failures());
    }
  }

  /** The newest registered checkpoint; 0 before the first. */
  long newestCheckpoint() {
    return newest == null ? 0 : newest.id();
  }

  /** How many records are visible. */
  long visibleRecords() {
    return Arrays.stream(visible).mapToLong(BitSet::cardinality).sum();
  }

  void violate(String invariant, String what) {
    if (violation == null) {
      violation = invariant + " broken: " + what;
      cluster.note("CHECK", violation);
    }
  }

  // ---- files

  private void fileChanged(String what, String path) {
    if (what.equals("rename")) {
      String target = path.substring(path.indexOf(" -> ") + 4);
      String source = path.substring(0, path.indexOf(" -> "));
      if (isOutput(target)) {
        published(target);
      }
      if (isOutput(source)) {
        violate("I3", "published output was moved: " + path);
      }
    } else if (what.equals("delete")) {
      deleted(path);
    } else if (isOutput(path)) {
      violate("I3", what + " of a file where readers see it: " + path);
    }
  }

  private boolean isOutput(String path) {
    return path.startsWith(place.output() + "/")
        && !path.startsWith(place.output() + "/" + StagingLayout.STAGING);
  }

  private void published(String path) {
    if (cluster.files().isOpen(path)) {
      violate("I7", "an open file was published: " + path);
    }
    int count = 0;
    for (LedgerRecord record : records(path)) {
      count++;
      if (record.number() >= covered[record.partition()]) {
        violate(
            "I3",
            path
                + " shows record "
                + record.line()
                + ", the registered checkpoint covers those before "
                + covered[record.partition()]);
      }
      if (visible[record.partition()].get((int) record.number())) {
        violate("I2", path + " repeats record " + record.line());
      }
      visible[record.partition()].set((int) record.number());
    }
    visibleFiles.put(path, count);
  }

  private List<LedgerRecord> records(String path) {
    byte[] bytes = cluster.files().read(path);
    if (bytes == null) {
      violate("I1", "there is no " + path);
      return List.of();
    }
    try {
      List<LedgerRecord> records =
          new String(bytes, StandardCharsets.UTF_8).lines().map(LedgerRecord::parse).toList();
      for (LedgerRecord record : records) {
        LedgerRecord right =
            LedgerRecord.counted(
                cluster.seed(), workload.keys(), record.partition(), record.number());
        right = right.withValue(graph.valueAfter(right.value()));
        if (!right.equals(record)) {
          violate("I1", path + " holds '" + record.line() + "', not '" + right.line() + "'");
        }
      }
      return records;
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      violate("I7", path + " is torn: " + e.getMessage());
      return List.of();
    }
  }

  private void deleted(String path) {
    String below = path + "/";
    for (String file : visibleFiles.keySet()) {
      if (file.equals(path) || file.startsWith(below)) {
        violate("I1", "published output was deleted: " + file);
      }
    }
    for (String file : needed) {
      if ((file.equals(path) || file.startsWith(below)) && !isPublished(file)) {
        violate("I6", "deleted although the newest checkpoints need it: " + file);
      }
    }
    boolean mayGo = claimed && newest != null;
    for (String file : savepoint) {
      if ((file.equals(path) || file.startsWith(below)) && !mayGo) {
        violate("I6", "a savepoint was deleted: " + file);
      }
    }
    if (path.startsWith(place.application()) || place.application().startsWith(below)) {
      readJournal();
    }
  }

  /** Whether a staged file was moved to where readers see it. */
  private boolean isPublished(String staged) {
    return visibleFiles.containsKey(place.output() + staged.substring(staged.lastIndexOf('/')));
  }

  // ---- pointers

  private void pointerChanged(String process, long epoch, String name) {
    if (epoch != cluster.coordination().epoch()) {
      violate(
          "I4",
          process
              + " changed pointer "
              + name
              + " under epoch "
              + epoch
              + " after epoch "
              + cluster.coordination().epoch()
              + " was granted");
    }
    if (name.equals(SimulatedLeaders.pointerName(jobId))) {
      readJournal();
    }
  }

  private void readJournal() {
    byte[] pointer = cluster.coordination().pointer(SimulatedLeaders.pointerName(jobId));
    if (pointer == null) {
      if (newest != null && !ended) {
        violate("I5", "the pointer of a running job is gone");
      }
      return;
    }
    try {
      SimulatedLeaders.JobView view =
          SimulatedLeaders.view(
              pointer, place.application(), jobId, path -> cluster.files().read(path));
      ended = view.ended();
      if (ended) {
        needed.clear();
      } else {
        retained(view.retained());
      }
    } catch (IOException e) {
      violate("I5", "the journal is damaged: " + e.getMessage());
    } catch (RuntimeException e) {
      // production code would take it for a failure of the call under which it came up
      violate("I7", "the checkpoint can not be read: " + e);
      throw e;
    }
  }

  private void retained(List<RegisteredCheckpoint> retained) throws IOException {
    if (retained.isEmpty()) {
      if (newest != null) {
        violate("I5", "checkpoint " + newest.id() + " is forgotten");
      }
      return;
    }
    RegisteredCheckpoint first = retained.get(0);
    if (newest != null && first.id() == newest.id() && first.epoch() == newest.epoch()) {
      return;
    }
    if (newest != null && (first.id() <= newest.id() || first.epoch() < newest.epoch())) {
      violate(
          "I4",
          String.format(
              "checkpoint %d of epoch %d is registered after %d of epoch %d",
              first.id(), first.epoch(), newest.id(), newest.epoch()));
    }
    long before = newest == null ? 0 : newest.id();
    newest = first;
    kept = List.copyOf(retained);
    needed.clear();
    for (RegisteredCheckpoint checkpoint : retained) {
      needed.add(checkpoint.manifestPath());
      needed.addAll(checkpoint.files());
    }
    for (String path : needed) {
      if (damaged.written(path) == null || cluster.files().isOpen(path)) {
        violate("I7", "registered, but not there or not closed: " + path);
      }
    }
    registered(SimulatedManifests.read(first, damaged.written(first.manifestPath())), first.id());
    checkSaid(before);
  }

  private void registered(Manifest manifest, long id) throws IOException {
    long[] before = atLeastCovered();
    covered = offsets(manifest);
    coveredBy.put(id, covered);
    coveredBy.keySet().retainAll(kept.stream().map(RegisteredCheckpoint::id).toList());
    for (int partition = 0; partition < covered.length; partition++) {
      if (covered[partition] < before[partition]) {
        violate("I3", "checkpoint " + id + " covers less of partition " + partition);
      }
    }
    BitSet[] reachable = new BitSet[visible.length];
    Arrays.setAll(reachable, i -> (BitSet) visible[i].clone());
    for (CommittableBytes committable : manifest.uncommitted()) {
      StagedFile file =
          sink.getCommittableSerializer().deserialize(committable.version(), committable.bytes());
      needed.add(file.stagedPath());
      if (!isPublished(file.stagedPath())) {
        staged(file, reachable, id);
      }
    }
    if (graph.exact()) {
      overtaken(manifest, reachable);
    }
    for (int partition = 0; partition < covered.length; partition++) {
      if ((graph.exact() && reachable[partition].nextClearBit(0) < covered[partition])
          || reachable[partition].length() > covered[partition]) {
        violate(
            "I1",
            String.format(
                "checkpoint %d covers partition %d up to %d, its output has %d records, the first"
                    + " missing is %d",
                id,
                partition,
                covered[partition],
                reachable[partition].cardinality(),
                reachable[partition].nextClearBit(0)));
      }
    }
    checkSlices(manifest);
  }

  /** What the next checkpoint covers at least: a job may go back behind damaged ones. */
  private long[] atLeastCovered() {
    if (workload.endless() || !damaged.any()) {
      return covered;
    }
    long[] least = covered.clone();
    for (long[] each : coveredBy.values()) {
      Arrays.setAll(least, partition -> Math.min(least[partition], each[partition]));
    }
    return least;
  }

  private void staged(StagedFile file, BitSet[] reachable, long id) {
    byte[] bytes = cluster.files().read(file.stagedPath());
    if (bytes == null
        || cluster.files().isOpen(file.stagedPath())
        || bytes.length != file.length()
        || crc32c(bytes, 0, bytes.length) != file.crc32c()) {
      violate(
          "I7",
          "checkpoint " + id + " names staged output that is not whole: " + file.stagedPath());
      return;
    }
    for (LedgerRecord record : records(file.stagedPath())) {
      if (reachable[record.partition()].get((int) record.number())) {
        violate(
            "I2", "checkpoint " + id + " repeats " + record.line() + " in " + file.stagedPath());
      }
      reachable[record.partition()].set((int) record.number());
    }
  }

  /** Records that a barrier overtook are neither in state nor in output, but in the checkpoint. */
  private void overtaken(Manifest manifest, BitSet[] reachable) throws IOException {
    overtaken = new OvertakenRecords(damaged::written).in(manifest);
    for (LedgerRecord record : overtaken) {
      if (reachable[record.partition()].get((int) record.number())) {
        violate("I2", "checkpoint " + manifest.checkpointId() + " holds again " + record.line());
      }
      reachable[record.partition()].set((int) record.number());
    }
  }

  private long[] offsets(Manifest manifest) {
    long[] offsets = new long[workload.partitions()];
    Arrays.fill(offsets, workload.records());
    for (Manifest.OperatorState operator : manifest.operators()) {
      if (operator.uid().startsWith(SimulatedJob.SOURCE)) {
        for (OperatorSnapshot subtask : operator.subtasks()) {
          for (byte[] item : subtask.items()) {
            take(ByteBuffer.wrap(item).position(item.length - LedgerSplit.BYTES), offsets);
          }
        }
      }
    }
    for (Manifest.EnumeratorState enumerator : manifest.enumerators()) {
      take(ByteBuffer.wrap(enumerator.state()), offsets);
    }
    return offsets;
  }

  private static void take(ByteBuffer bytes, long[] offsets) {
    while (bytes.hasRemaining()) {
      LedgerSplit split = LedgerSplit.read(bytes);
      offsets[split.partition()] = split.next();
    }
  }

  private void checkSlices(Manifest manifest) {
    for (Manifest.OperatorState operator : manifest.operators()) {
      for (OperatorSnapshot subtask : operator.subtasks()) {
        for (KeyedSlice slice : subtask.keyed()) {
          SnapshotHandle handle = slice.handle();
          byte[] bytes = handle.isInline() ? handle.inline() : damaged.written(handle.path());
          if (bytes == null
              || bytes.length < handle.offset() + handle.length()
              || crc32c(bytes, (int) handle.offset(), (int) handle.length()) != handle.crc32c()) {
            violate("I7", "state is not whole: " + handle);
          }
        }
      }
    }
  }

  private static int crc32c(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  /** Fails when something is visible although the job, whose input ends, was cancelled. */
  void checkNothing() {
    if (visibleRecords() > 0) {
      violate("I3", visibleRecords() + " records of a cancelled job are visible");
    }
  }

  /** Fails unless exactly what the newest checkpoint covers is visible. */
  void checkFinal() {
    // a job that never ends leaves behind what the last barrier overtook
    List<LedgerRecord> under = workload.endless() ? overtaken : List.of();
    under.forEach(record -> visible[record.partition()].set((int) record.number()));
    for (int partition = 0; partition < covered.length; partition++) {
      long end = workload.endless() ? covered[partition] : workload.records();
      if (visible[partition].cardinality() != end || visible[partition].length() != end) {
        violate(
            "I1",
            String.format(
                "at the end partition %d shows %d records up to %d instead of %d",
                partition, visible[partition].cardinality(), visible[partition].length(), end));
      }
    }
  }

  /** Fails when the sink left anything of what jobs staged, were it an empty directory. */
  void checkNothingStaged() {
    String staging = place.output() + "/" + StagingLayout.STAGING;
    if (cluster.files().exists(staging)) {
      throw new AssertionError(
          "I6 broken: after the end there is "
              + staging
              + " with "
              + cluster.files().paths(staging));
    }
  }
}
