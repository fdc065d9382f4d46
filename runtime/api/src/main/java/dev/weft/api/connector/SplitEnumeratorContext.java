package dev.weft.api.connector;

import dev.weft.api.config.Configuration;
import dev.weft.api.fs.FileStore;
import java.time.Duration;
import java.util.List;

/**
 * What an enumerator may use. To be called from the enumerator's own methods only.
 *
 * @param <SplitT> the splits
 */
public interface SplitEnumeratorContext<SplitT extends SourceSplit> {
  /** How many readers there are, numbered from 0. */
  int currentParallelism();

  /** Hands splits to a reader. */
  void assignSplits(int subtaskId, List<SplitT> splits);

  /** Tells a reader that it will get no more splits. */
  void signalNoMoreSplits(int subtaskId);

  /** Asks for periodic calls of {@link SplitEnumerator#discover}. */
  void discoverEvery(Duration interval);

  /** The files of this application. */
  FileStore files();

  /** The job's configuration. */
  Configuration configuration();
}
