package dev.weft.api.connector.builtin;

import dev.weft.api.connector.InputStatus;
import dev.weft.api.connector.ReaderOutput;
import dev.weft.api.connector.Source;
import dev.weft.api.connector.SourceReader;
import dev.weft.api.connector.SourceReaderContext;
import dev.weft.api.connector.SourceSplit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/** Reads with a reader of the present source; splits of later sources wait. */
final class HybridReader<T> implements SourceReader<T, HybridSplit> {
  private final HybridSource<T> sources;
  private final SourceReaderContext context;
  private final TreeMap<Integer, List<HybridSplit>> waiting = new TreeMap<>();
  private SourceReader<T, SourceSplit> reader;
  private Source<?, ?, ?> made;
  private int number = -1;
  private boolean told;
  private boolean requested;
  private boolean noMoreSplits;

  HybridReader(HybridSource<T> sources, SourceReaderContext context) {
    this.sources = sources;
    this.context = context;
  }

  @Override
  public InputStatus pollNext(ReaderOutput<T> output) throws Exception {
    if (reader == null && !begin()) {
      if (noMoreSplits) {
        return InputStatus.END_OF_INPUT;
      }
      if (!requested) {
        requested = true;
        context.sendSplitRequest();
      }
      return InputStatus.NOTHING_AVAILABLE;
    }
    InputStatus status = reader.pollNext(output);
    if (status != InputStatus.END_OF_INPUT) {
      return status;
    }
    reader.close();
    reader = null;
    requested = false;
    return InputStatus.MORE_AVAILABLE;
  }

  /** Makes the reader of the next source that something is known of. */
  private boolean begin() throws Exception {
    if (waiting.isEmpty()) {
      return false;
    }
    number = waiting.firstKey();
    told = false;
    made = waiting.get(number).get(0).made();
    reader = source().createReader(context);
    reader.start();
    give(waiting.remove(number));
    if (noMoreSplits && waiting.isEmpty()) {
      reader.notifyNoMoreSplits();
    }
    return true;
  }

  @SuppressWarnings("unchecked")
  private Source<T, SourceSplit, Object> source() {
    return made == null ? sources.source(number) : (Source<T, SourceSplit, Object>) made;
  }

  private void give(List<HybridSplit> splits) throws Exception {
    List<SourceSplit> own = new ArrayList<>();
    for (HybridSplit split : splits) {
      if (!split.isEnd()) {
        own.add(split.split());
      }
    }
    if (!own.isEmpty()) {
      reader.addSplits(own);
    }
    if (!told && splits.stream().anyMatch(HybridSplit::isEnd)) {
      told = true;
      reader.notifyNoMoreSplits();
    }
  }

  @Override
  public List<HybridSplit> snapshotState(long checkpointId) throws Exception {
    List<HybridSplit> splits = new ArrayList<>();
    if (reader != null) {
      for (SourceSplit split : reader.snapshotState(checkpointId)) {
        splits.add(new HybridSplit(number, split, made));
      }
    }
    waiting.values().forEach(splits::addAll);
    return splits;
  }

  @Override
  public void addSplits(List<HybridSplit> splits) throws Exception {
    requested = false;
    for (HybridSplit split : splits) {
      if (reader != null && split.source() == number) {
        give(List.of(split));
      } else if (split.source() >= number) {
        waiting.computeIfAbsent(split.source(), source -> new ArrayList<>()).add(split);
      }
    }
  }

  @Override
  public void notifyNoMoreSplits() {
    noMoreSplits = true;
    if (reader != null && waiting.isEmpty()) {
      reader.notifyNoMoreSplits();
    }
  }

  @Override
  public void pauseOrResumeSplits(
      Collection<String> splitsToPause, Collection<String> splitsToResume) throws Exception {
    if (reader != null) {
      reader.pauseOrResumeSplits(splitsToPause, splitsToResume);
    }
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    if (reader != null) {
      reader.notifyCheckpointComplete(checkpointId);
    }
  }

  @Override
  public void close() throws IOException {
    if (reader != null) {
      reader.close();
    }
  }
}
