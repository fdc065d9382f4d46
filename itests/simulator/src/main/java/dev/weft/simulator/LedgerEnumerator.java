package dev.weft.simulator;

import dev.weft.api.connector.SplitEnumerator;
import dev.weft.api.connector.SplitEnumeratorContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Hands out partitions that nobody reads. */
final class LedgerEnumerator implements SplitEnumerator<LedgerSplit, List<LedgerSplit>> {
  private final SplitEnumeratorContext<LedgerSplit> context;
  private final PlantedBug bug;
  private final TreeMap<Integer, LedgerSplit> unassigned = new TreeMap<>();

  LedgerEnumerator(
      SplitEnumeratorContext<LedgerSplit> context, List<LedgerSplit> splits, PlantedBug bug) {
    this.context = context;
    this.bug = bug;
    splits.forEach(split -> unassigned.put(split.partition(), split));
  }

  @Override
  public void start() {}

  @Override
  public void handleSplitRequest(int subtaskId, String requesterHost) {
    var first = unassigned.pollFirstEntry();
    if (first == null) {
      context.signalNoMoreSplits(subtaskId);
    } else {
      context.assignSplits(subtaskId, List.of(first.getValue()));
    }
  }

  @Override
  public void addSplitsBack(List<LedgerSplit> splits, int subtaskId) {
    splits.forEach(split -> unassigned.put(split.partition(), split));
  }

  @Override
  public List<LedgerSplit> snapshotState(long checkpointId) {
    return new ArrayList<>(unassigned.values());
  }

  @Override
  public boolean reconcile(Map<Integer, List<LedgerSplit>> assigned) {
    if (bug == PlantedBug.RECONCILES_BLINDLY) {
      return true;
    }
    boolean known = true;
    for (List<LedgerSplit> splits : assigned.values()) {
      for (LedgerSplit split : splits) {
        known &= unassigned.remove(split.partition()) != null;
      }
    }
    return known;
  }

  @Override
  public void close() {}
}
