package dev.weft.connectors.hdfs.source;

import dev.weft.api.connector.SplitEnumerator;
import dev.weft.api.connector.SplitEnumeratorContext;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lists files, cuts them into ranges and hands a range to each reader that asks. */
final class FileEnumerator implements SplitEnumerator<FileSplit, FileEnumeratorState> {
  private static final Logger LOG = LoggerFactory.getLogger(FileEnumerator.class);

  /** How many pending splits are searched for one that lies on the reader's host. */
  private static final int LOCALITY_SEARCH_MAX = 256;

  private final SplitEnumeratorContext<FileSplit> context;
  private final FileLister lister;
  private final SplitPlanner planner;
  private final Duration interval;

  private final Map<String, FileSplit> pending = new LinkedHashMap<>();
  private final Set<String> seen = new LinkedHashSet<>();
  private final Map<Integer, String> waiting = new LinkedHashMap<>();
  private boolean listed;

  /**
   * An enumerator.
   *
   * @param interval how often new files are looked for, or null when the source is bounded
   */
  FileEnumerator(
      SplitEnumeratorContext<FileSplit> context,
      FileLister lister,
      SplitPlanner planner,
      Duration interval) {
    this.context = context;
    this.lister = lister;
    this.planner = planner;
    this.interval = interval;
  }

  /** Takes over the state of a checkpoint. */
  void restore(FileEnumeratorState state) {
    listed = state.listed();
    state.pending().forEach(split -> pending.put(split.splitId(), split));
    seen.addAll(state.seen());
  }

  @Override
  public void start() throws IOException {
    if (interval != null) {
      context.discoverEvery(interval);
      findNewFiles();
    } else if (!listed) {
      findNewFiles();
    }
    serveWaiting();
  }

  @Override
  public void discover() throws IOException {
    if (interval != null) {
      findNewFiles();
      serveWaiting();
    }
  }

  @Override
  public void handleSplitRequest(int subtaskId, String requesterHost) {
    waiting.remove(subtaskId);
    if (!pending.isEmpty()) {
      assign(subtaskId, requesterHost);
    } else if (interval == null && listed) {
      context.signalNoMoreSplits(subtaskId);
    } else {
      waiting.put(subtaskId, requesterHost);
    }
  }

  @Override
  public void addSplitsBack(List<FileSplit> splits, int subtaskId) {
    Map<String, FileSplit> others = new LinkedHashMap<>(pending);
    pending.clear();
    splits.forEach(split -> pending.put(split.splitId(), split));
    pending.putAll(others);
    waiting.remove(subtaskId);
    serveWaiting();
  }

  @Override
  public FileEnumeratorState snapshotState(long checkpointId) {
    return new FileEnumeratorState(listed, List.copyOf(pending.values()), List.copyOf(seen));
  }

  @Override
  public boolean reconcile(Map<Integer, List<FileSplit>> assigned) throws IOException {
    boolean anyAssigned = assigned.values().stream().anyMatch(splits -> !splits.isEmpty());
    if (!anyAssigned) {
      return true;
    }
    if (interval != null || !listed) {
      findNewFiles();
    }
    for (List<FileSplit> splits : assigned.values()) {
      for (FileSplit split : splits) {
        if (pending.remove(split.splitId()) == null) {
          // The input was listed differently this time: only a restart makes the two agree.
          LOG.warn("Split {} was assigned but is not found again", split.splitId());
          return false;
        }
      }
    }
    return true;
  }

  @Override
  public void close() {}

  private void findNewFiles() throws IOException {
    List<SourceFile> found = new ArrayList<>();
    for (SourceFile file : lister.list(context.files(), context.configuration())) {
      if (interval == null || seen.add(file.path())) {
        found.add(file);
      }
    }
    for (FileSplit split :
        planner.plan(context.files(), found, context.currentParallelism(), interval == null)) {
      pending.put(split.splitId(), split);
    }
    if (interval == null || !found.isEmpty()) {
      LOG.info("Found {} files of {}; {} splits wait", found.size(), lister, pending.size());
    }
    listed = true;
  }

  private void serveWaiting() {
    Map<Integer, String> readers = new LinkedHashMap<>(waiting);
    readers.forEach(this::handleSplitRequest);
  }

  private void assign(int subtaskId, String host) {
    FileSplit chosen = null;
    int searched = 0;
    for (FileSplit split : pending.values()) {
      if (chosen == null) {
        chosen = split;
      }
      if (host == null || ++searched > LOCALITY_SEARCH_MAX) {
        break;
      }
      if (split.hosts().contains(host)) {
        chosen = split;
        break;
      }
    }
    pending.remove(chosen.splitId());
    context.assignSplits(subtaskId, List.of(chosen));
  }
}
