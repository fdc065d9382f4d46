package dev.weft.engine.job;

import dev.weft.engine.checkpoint.CheckpointTrigger;
import dev.weft.engine.checkpoint.Lifetime;
import dev.weft.engine.checkpoint.Manifest;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.ToLeader;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * One attempt of a job: its subtasks, its sources, and how far readers may run ahead of each other.
 * An attempt that starts some failure regions again takes over the subtasks and the sources of the
 * others, which go on.
 */
final class Attempt {
  final int number;
  final TaskTable tasks;
  final Lifetime lifetime;

  /** The failure regions that begin with this attempt. */
  final Set<Integer> begun;

  private final Map<Integer, SourceCoordination> sources = new TreeMap<>();
  private final Map<String, SourceCoordination> byUid = new TreeMap<>();

  /** The watermarks of readers by group, which may go across regions. */
  private final Map<String, Map<TaskId, Long>> watermarks = new TreeMap<>();

  /**
   * An attempt.
   *
   * @param code null until the job's classes are loaded: then it has no sources
   * @param tasks of all regions
   * @param begun the regions that begin with it
   * @param before the attempt whose other regions go on; null when there is none: then the others
   *     have no sources
   */
  Attempt(
      JobMaster job,
      JobCode code,
      int number,
      TaskTable tasks,
      Set<Integer> begun,
      Attempt before) {
    this.number = number;
    this.tasks = tasks;
    this.begun = begun;
    JobContext context = job.context;
    this.lifetime = new Lifetime(context.world().loop());
    Map<Integer, Set<String>> uids = new TreeMap<>();
    context
        .plan()
        .sources()
        .forEach(
            (uid, vertex) ->
                uids.computeIfAbsent(context.regions().ofSource(vertex), r -> new TreeSet<>())
                    .add(uid));
    uids.forEach(
        (region, some) -> {
          if (before == null && !begun.contains(region)) {
            return;
          }
          SourceCoordination of =
              begun.contains(region)
                  ? new SourceCoordination(
                      context,
                      code,
                      tasks,
                      tasks.attemptsByRegion().get(region),
                      some,
                      job.failures::enumeratorFailed)
                  : before.sources.get(region);
          sources.put(region, of);
          some.forEach(uid -> byUid.put(uid, of));
        });
    if (before != null) {
      watermarks.putAll(before.watermarks);
      watermarks.values().forEach(group -> group.keySet().removeIf(t -> hasBegun(tasks.find(t))));
    }
  }

  /** Whether a reader begins with this attempt, or is none any more. */
  private boolean hasBegun(TaskTable.Task reader) {
    return reader == null || begun.contains(reader.region);
  }

  /**
   * Starts the sources of the regions that begin.
   *
   * @see SourceCoordination#start
   */
  void start(
      Manifest manifest,
      Map<String, Map<Integer, List<byte[]>>> assigned,
      Consumer<Boolean> started) {
    List<SourceCoordination> fresh = fresh();
    int[] missing = {fresh.size()};
    if (fresh.isEmpty()) {
      started.accept(true);
    }
    for (SourceCoordination of : fresh) {
      of.start(
          manifest,
          assigned,
          whole -> {
            if (!whole) {
              missing[0] = -1;
              started.accept(false);
            } else if (--missing[0] == 0) {
              started.accept(true);
            }
          });
    }
  }

  private List<SourceCoordination> fresh() {
    return sources.entrySet().stream()
        .filter(entry -> begun.contains(entry.getKey()))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** Whether every enumerator of the source's region has found its first splits. */
  boolean haveStarted(String uid) {
    return byUid.get(uid).haveStarted();
  }

  /** The readers that begin run: what was assigned to them is sent. */
  void release() {
    fresh().forEach(SourceCoordination::release);
  }

  /** A reader wants a split. */
  void splitRequested(TaskId task, String host) {
    SourceCoordination of = sources.get(tasks.find(task).region);
    if (of != null) {
      of.splitRequested(task, host);
    }
  }

  /** A reader told its watermark: it hears how far the slowest of its group lets it go. */
  void watermarkReached(ToLeader.WatermarkReached reached) {
    TaskTable.Task reader = tasks.find(reached.task());
    Map<TaskId, Long> group = watermarks.computeIfAbsent(reached.group(), name -> new TreeMap<>());
    group.put(reached.task(), reached.watermark());
    long slowest = Collections.min(group.values());
    long room = Long.MAX_VALUE - reached.maxDriftMillis();
    long allowed = slowest > room ? Long.MAX_VALUE : slowest + reached.maxDriftMillis();
    SourceCoordination of = sources.get(reader.region);
    if (of != null) {
      of.allow(reader, allowed);
    }
  }

  /** Takes the state of all enumerators. */
  void snapshot(CheckpointTrigger trigger, SourceCoordination.SnapshotListener listener) {
    sources.values().forEach(of -> of.snapshot(trigger, listener));
  }

  /** Ends regions on the leader's side; subtasks are ended by message. */
  void end(Collection<Integer> regions) {
    lifetime.end();
    sources.forEach(
        (region, of) -> {
          if (regions.contains(region)) {
            of.close();
          }
        });
  }

  /** Ends everything on the leader's side. */
  void end() {
    end(new TreeSet<>(sources.keySet()));
  }
}
