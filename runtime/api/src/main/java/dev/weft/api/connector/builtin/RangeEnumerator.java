package dev.weft.api.connector.builtin;

import dev.weft.api.connector.SplitEnumerator;
import dev.weft.api.connector.SplitEnumeratorContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Hands out a fixed set of splits, one for each request. */
final class RangeEnumerator implements SplitEnumerator<RangeSplit, List<RangeSplit>> {
  private final SplitEnumeratorContext<RangeSplit> context;
  private final Map<String, RangeSplit> unassigned = new LinkedHashMap<>();

  RangeEnumerator(SplitEnumeratorContext<RangeSplit> context, List<RangeSplit> splits) {
    this.context = context;
    for (RangeSplit split : splits) {
      unassigned.put(split.splitId(), split);
    }
  }

  @Override
  public void start() {}

  @Override
  public void handleSplitRequest(int subtaskId, String requesterHost) {
    var rest = unassigned.values().iterator();
    if (rest.hasNext()) {
      RangeSplit split = rest.next();
      rest.remove();
      context.assignSplits(subtaskId, List.of(split));
    } else {
      context.signalNoMoreSplits(subtaskId);
    }
  }

  @Override
  public void addSplitsBack(List<RangeSplit> splits, int subtaskId) {
    for (RangeSplit split : splits) {
      unassigned.put(split.splitId(), split);
    }
  }

  @Override
  public List<RangeSplit> snapshotState(long checkpointId) {
    return new ArrayList<>(unassigned.values());
  }

  @Override
  public boolean reconcile(Map<Integer, List<RangeSplit>> assigned) {
    boolean known = true;
    for (List<RangeSplit> splits : assigned.values()) {
      for (RangeSplit split : splits) {
        known &= unassigned.remove(split.splitId()) != null;
      }
    }
    return known;
  }

  @Override
  public void close() {}
}
