package dev.weft.api.connector.builtin;

import dev.weft.api.connector.Boundedness;
import dev.weft.api.connector.SimpleVersionedSerializer;
import dev.weft.api.connector.Source;
import dev.weft.api.connector.SourceReader;
import dev.weft.api.connector.SourceReaderContext;
import dev.weft.api.connector.SplitEnumerator;
import dev.weft.api.connector.SplitEnumeratorContext;
import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.savepoint.KeyedStateReaderFunction;
import dev.weft.api.savepoint.WindowReaderFunction;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.windowing.assigners.WindowAssigner;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * The state of an operator in a checkpoint or savepoint. The engine brings the reader, since it
 * alone knows the format. Of a split, {@code number} is the part of the state, {@code stride} in
 * how many parts it is cut, and {@code next} how many keys or elements of the part were read.
 *
 * @param <T> the records
 */
public final class SavedStateSource<T> implements Source<T, RangeSplit, List<RangeSplit>> {
  private static final long serialVersionUID = 1;

  private final String path;
  private final String operator;
  private final Selection selection;
  private final TypeInformation<T> type;

  /**
   * What is read of the operator's state.
   *
   * @param path of the snapshot
   * @param operator as the snapshot names it
   */
  public SavedStateSource(
      String path, String operator, Selection selection, TypeInformation<T> type) {
    this.path = path;
    this.operator = operator;
    this.selection = selection;
    this.type = type;
  }

  /** Which state is read, and how. */
  public sealed interface Selection extends Serializable {}

  /** States by key. */
  public record Keyed(KeyedStateReaderFunction<?, ?> function, TypeInformation<?> keyType)
      implements Selection {}

  /**
   * Windows by key.
   *
   * @param assigner of the operator
   * @param aggregate folds the records; null to read them all
   * @param records whether the windows keep all records, else accumulators
   * @param contentType of the records or accumulators
   * @param function what is made of a window; null for the aggregate's result
   */
  public record Windows(
      WindowAssigner<?, ?> assigner,
      AggregateFunction<?, ?, ?> aggregate,
      boolean records,
      TypeInformation<?> keyType,
      TypeInformation<?> contentType,
      WindowReaderFunction<?, ?, ?, ?> function)
      implements Selection {}

  /**
   * The elements of a list.
   *
   * @param union whether every subtask gets all of them
   */
  public record Elements(ListStateDescriptor<?> descriptor, boolean union) implements Selection {}

  /** The entries of a broadcast state. */
  public record Entries(MapStateDescriptor<?, ?> descriptor) implements Selection {}

  /** Where the snapshot lies. */
  public String path() {
    return path;
  }

  /** The operator, as the snapshot names it. */
  public String operator() {
    return operator;
  }

  /** Which state is read. */
  public Selection selection() {
    return selection;
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.BOUNDED;
  }

  @Override
  public TypeInformation<T> getProducedType() {
    return type;
  }

  @Override
  public SplitEnumerator<RangeSplit, List<RangeSplit>> createEnumerator(
      SplitEnumeratorContext<RangeSplit> context) {
    List<RangeSplit> parts = new ArrayList<>();
    for (int part = 0; part < context.currentParallelism(); part++) {
      parts.add(new RangeSplit(part, 0, Long.MAX_VALUE, context.currentParallelism()));
    }
    return new RangeEnumerator(context, parts);
  }

  @Override
  public SplitEnumerator<RangeSplit, List<RangeSplit>> restoreEnumerator(
      SplitEnumeratorContext<RangeSplit> context, List<RangeSplit> checkpoint) {
    return new RangeEnumerator(context, checkpoint);
  }

  /** Never called: the engine has the reader. */
  @Override
  public SourceReader<T, RangeSplit> createReader(SourceReaderContext context) {
    throw new UnsupportedOperationException("the engine reads saved state");
  }

  @Override
  public SimpleVersionedSerializer<RangeSplit> getSplitSerializer() {
    return new RangeSplitSerializer.One();
  }

  @Override
  public SimpleVersionedSerializer<List<RangeSplit>> getEnumeratorCheckpointSerializer() {
    return new RangeSplitSerializer.Many();
  }
}
