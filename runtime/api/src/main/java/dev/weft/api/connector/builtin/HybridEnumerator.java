package dev.weft.api.connector.builtin;

import dev.weft.api.config.Configuration;
import dev.weft.api.connector.Source;
import dev.weft.api.connector.SourceSplit;
import dev.weft.api.connector.SplitEnumerator;
import dev.weft.api.connector.SplitEnumeratorContext;
import dev.weft.api.fs.FileStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Runs the enumerator of the present source. A reader that was told its end asks again when it has
 * read everything; when all have, the next source begins.
 */
final class HybridEnumerator implements SplitEnumerator<HybridSplit, HybridProgress> {
  private final HybridSource<?> sources;
  private final SplitEnumeratorContext<HybridSplit> context;
  private final Set<Integer> told = new TreeSet<>();
  private final Map<Integer, String> done = new TreeMap<>();
  private int number;
  private Source<?, SourceSplit, Object> made;
  private SplitEnumerator<SourceSplit, Object> present;

  /** An enumerator; the checkpoint is null at a fresh start. */
  HybridEnumerator(
      HybridSource<?> sources,
      SplitEnumeratorContext<HybridSplit> context,
      HybridProgress checkpoint)
      throws Exception {
    this.sources = sources;
    this.context = context;
    if (checkpoint == null) {
      present = source().createEnumerator(new Inner());
    } else {
      number = checkpoint.source();
      made = typed(checkpoint.made());
      present = source().restoreEnumerator(new Inner(), checkpoint.state());
    }
  }

  @SuppressWarnings("unchecked")
  private static Source<?, SourceSplit, Object> typed(Source<?, ?, ?> source) {
    return (Source<?, SourceSplit, Object>) source;
  }

  private Source<?, SourceSplit, Object> source() {
    return made == null ? sources.source(number) : made;
  }

  private boolean isLast() {
    return number == sources.size() - 1;
  }

  @Override
  public void start() throws Exception {
    present.start();
  }

  @Override
  public void discover() throws Exception {
    present.discover();
  }

  @Override
  public void handleSplitRequest(int subtaskId, String requesterHost) throws Exception {
    if (isLast() || !told.contains(subtaskId)) {
      present.handleSplitRequest(subtaskId, requesterHost);
      return;
    }
    done.put(subtaskId, requesterHost == null ? "" : requesterHost);
    if (done.size() == context.currentParallelism()) {
      next();
    }
  }

  private void next() throws Exception {
    Map<Integer, String> waiting = new LinkedHashMap<>(done);
    made = sources.isDeferred(number + 1) ? sources.create(number + 1, present) : null;
    present.close();
    done.clear();
    told.clear();
    number++;
    present = source().createEnumerator(new Inner());
    present.start();
    for (Map.Entry<Integer, String> reader : waiting.entrySet()) {
      String host = reader.getValue().isEmpty() ? null : reader.getValue();
      present.handleSplitRequest(reader.getKey(), host);
    }
  }

  @Override
  public void addSplitsBack(List<HybridSplit> splits, int subtaskId) throws Exception {
    told.remove(subtaskId);
    done.remove(subtaskId);
    List<SourceSplit> own = own(splits);
    if (!own.isEmpty()) {
      present.addSplitsBack(own, subtaskId);
    }
  }

  private List<SourceSplit> own(List<HybridSplit> splits) {
    List<SourceSplit> own = new ArrayList<>();
    for (HybridSplit split : splits) {
      if (!split.isEnd() && split.source() == number) {
        own.add(split.split());
      }
    }
    return own;
  }

  @Override
  public HybridProgress snapshotState(long checkpointId) throws Exception {
    return new HybridProgress(number, present.snapshotState(checkpointId), made);
  }

  @Override
  public boolean reconcile(Map<Integer, List<HybridSplit>> assigned) throws Exception {
    Map<Integer, List<SourceSplit>> inner = new TreeMap<>();
    for (Map.Entry<Integer, List<HybridSplit>> reader : assigned.entrySet()) {
      for (HybridSplit split : reader.getValue()) {
        if (split.source() != number) {
          return false;
        }
        if (split.isEnd()) {
          told.add(reader.getKey());
        }
      }
      List<SourceSplit> own = own(reader.getValue());
      if (!own.isEmpty()) {
        inner.put(reader.getKey(), own);
      }
    }
    return present.reconcile(inner);
  }

  @Override
  public void close() throws IOException {
    present.close();
  }

  /** What the present source's enumerator sees. */
  private final class Inner implements SplitEnumeratorContext<SourceSplit> {
    private final int of = number;
    private final Source<?, ?, ?> by = made;

    @Override
    public int currentParallelism() {
      return context.currentParallelism();
    }

    @Override
    public void assignSplits(int subtaskId, List<SourceSplit> splits) {
      context.assignSplits(
          subtaskId, splits.stream().map(split -> new HybridSplit(of, split, by)).toList());
    }

    @Override
    public void signalNoMoreSplits(int subtaskId) {
      if (isLast()) {
        context.signalNoMoreSplits(subtaskId);
      } else if (told.add(subtaskId)) {
        context.assignSplits(subtaskId, List.of(new HybridSplit(of, null, by)));
      }
    }

    @Override
    public void discoverEvery(Duration interval) {
      context.discoverEvery(interval);
    }

    @Override
    public FileStore files() {
      return context.files();
    }

    @Override
    public Configuration configuration() {
      return context.configuration();
    }
  }
}
