package dev.weft.api.connector.builtin;

import dev.weft.api.connector.Source;
import dev.weft.api.connector.SourceSplit;

/**
 * A split of one of the sources of a {@link HybridSource}, or the word that the reader gets no more
 * of that source.
 *
 * @param source the number of the source
 * @param split null for the end of the source
 * @param made the source when it was made at the switch, else null
 */
public record HybridSplit(int source, SourceSplit split, Source<?, ?, ?> made)
    implements SourceSplit {
  /** Whether this is no split but the end of them. */
  boolean isEnd() {
    return split == null;
  }

  @Override
  public String splitId() {
    return source + ":" + (isEnd() ? "end" : split.splitId());
  }
}
