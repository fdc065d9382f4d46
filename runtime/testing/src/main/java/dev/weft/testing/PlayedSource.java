package dev.weft.testing;

import dev.weft.api.connector.Boundedness;
import dev.weft.api.connector.SimpleVersionedSerializer;
import dev.weft.api.connector.Source;
import dev.weft.api.connector.SourceReader;
import dev.weft.api.connector.SourceReaderContext;
import dev.weft.api.connector.SourceSplit;
import dev.weft.api.connector.SplitEnumerator;
import dev.weft.api.connector.SplitEnumeratorContext;
import dev.weft.api.types.TypeInformation;

/** Stands in a plan for an input that the test plays; never runs. */
final class PlayedSource<T> implements Source<T, SourceSplit, Void> {
  private final String name;
  private final TypeInformation<T> type;

  PlayedSource(String name, TypeInformation<T> type) {
    this.name = name;
    this.type = type;
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.CONTINUOUS_UNBOUNDED;
  }

  @Override
  public TypeInformation<T> getProducedType() {
    return type;
  }

  @Override
  public SplitEnumerator<SourceSplit, Void> createEnumerator(
      SplitEnumeratorContext<SourceSplit> context) {
    throw played();
  }

  @Override
  public SplitEnumerator<SourceSplit, Void> restoreEnumerator(
      SplitEnumeratorContext<SourceSplit> context, Void checkpoint) {
    throw played();
  }

  @Override
  public SourceReader<T, SourceSplit> createReader(SourceReaderContext context) {
    throw played();
  }

  @Override
  public SimpleVersionedSerializer<SourceSplit> getSplitSerializer() {
    throw played();
  }

  @Override
  public SimpleVersionedSerializer<Void> getEnumeratorCheckpointSerializer() {
    throw played();
  }

  private IllegalStateException played() {
    return new IllegalStateException("the input '" + name + "' is played by the test");
  }
}
