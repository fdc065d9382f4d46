package dev.weft.api.savepoint;

import dev.weft.api.DataStreamSource;
import dev.weft.api.ReduceAggregate;
import dev.weft.api.connector.builtin.SavedStateSource;
import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.functions.ReduceFunction;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.windowing.assigners.WindowAssigner;
import dev.weft.api.windowing.windows.Window;

/**
 * Reads the windows of operators, each as the operator would see it were it to fire now: windows
 * that overlap are put together from the panes that they share. Windows that have fired are not
 * there, but for what triggers left in them and for those without overlap that allowed lateness
 * keeps.
 *
 * @param <W> the windows
 */
public final class WindowStateReader<W extends Window> {
  private final StateReader reader;
  private final WindowAssigner<?, W> assigner;
  private final boolean evicting;

  WindowStateReader(StateReader reader, WindowAssigner<?, W> assigner, boolean evicting) {
    this.reader = reader;
    this.assigner = assigner;
    this.evicting = evicting;
  }

  /**
   * The same for operators with an evictor, count windows that slide among them: their windows keep
   * all records, of which nothing is evicted here.
   */
  public WindowStateReader<W> evictor() {
    return new WindowStateReader<>(reader, assigner, true);
  }

  /**
   * The windows of an operator that reduces.
   *
   * @param reduceType of its records
   */
  public <T, K> DataStreamSource<T> reduce(
      String uid,
      ReduceFunction<T> function,
      TypeInformation<K> keyType,
      TypeInformation<T> reduceType) {
    return reduce(OperatorIdentifier.forUid(uid), function, keyType, reduceType);
  }

  /** The windows of an operator that reduces. */
  public <T, K> DataStreamSource<T> reduce(
      OperatorIdentifier identifier,
      ReduceFunction<T> function,
      TypeInformation<K> keyType,
      TypeInformation<T> reduceType) {
    return source(
        identifier,
        new ReduceAggregate<>(function),
        evicting,
        keyType,
        reduceType,
        null,
        reduceType);
  }

  /** The windows of an operator that reduces, as a function turns them into records. */
  public <K, T, OUT> DataStreamSource<OUT> reduce(
      String uid,
      ReduceFunction<T> function,
      WindowReaderFunction<T, OUT, K, W> readerFunction,
      TypeInformation<K> keyType,
      TypeInformation<T> reduceType,
      TypeInformation<OUT> outputType) {
    return reduce(
        OperatorIdentifier.forUid(uid), function, readerFunction, keyType, reduceType, outputType);
  }

  /** The windows of an operator that reduces, as a function turns them into records. */
  public <K, T, OUT> DataStreamSource<OUT> reduce(
      OperatorIdentifier identifier,
      ReduceFunction<T> function,
      WindowReaderFunction<T, OUT, K, W> readerFunction,
      TypeInformation<K> keyType,
      TypeInformation<T> reduceType,
      TypeInformation<OUT> outputType) {
    return source(
        identifier,
        new ReduceAggregate<>(function),
        evicting,
        keyType,
        reduceType,
        readerFunction,
        outputType);
  }

  /**
   * The results of the windows of an operator that aggregates.
   *
   * @param contentType of the accumulators; with an evictor, of the operator's records
   */
  public <K, T, ACC, R> DataStreamSource<R> aggregate(
      String uid,
      AggregateFunction<T, ACC, R> aggregateFunction,
      TypeInformation<K> keyType,
      TypeInformation<?> contentType,
      TypeInformation<R> outputType) {
    return aggregate(
        OperatorIdentifier.forUid(uid), aggregateFunction, keyType, contentType, outputType);
  }

  /** The results of the windows of an operator that aggregates. */
  public <K, T, ACC, R> DataStreamSource<R> aggregate(
      OperatorIdentifier identifier,
      AggregateFunction<T, ACC, R> aggregateFunction,
      TypeInformation<K> keyType,
      TypeInformation<?> contentType,
      TypeInformation<R> outputType) {
    return source(identifier, aggregateFunction, evicting, keyType, contentType, null, outputType);
  }

  /**
   * The windows of an operator that aggregates, as a function turns them into records.
   *
   * @param contentType of the accumulators; with an evictor, of the operator's records
   */
  public <K, T, ACC, R, OUT> DataStreamSource<OUT> aggregate(
      String uid,
      AggregateFunction<T, ACC, R> aggregateFunction,
      WindowReaderFunction<R, OUT, K, W> readerFunction,
      TypeInformation<K> keyType,
      TypeInformation<?> contentType,
      TypeInformation<OUT> outputType) {
    return aggregate(
        OperatorIdentifier.forUid(uid),
        aggregateFunction,
        readerFunction,
        keyType,
        contentType,
        outputType);
  }

  /** The windows of an operator that aggregates, as a function turns them into records. */
  public <K, T, ACC, R, OUT> DataStreamSource<OUT> aggregate(
      OperatorIdentifier identifier,
      AggregateFunction<T, ACC, R> aggregateFunction,
      WindowReaderFunction<R, OUT, K, W> readerFunction,
      TypeInformation<K> keyType,
      TypeInformation<?> contentType,
      TypeInformation<OUT> outputType) {
    return source(
        identifier, aggregateFunction, evicting, keyType, contentType, readerFunction, outputType);
  }

  /**
   * The windows of an operator that keeps their records, as a function turns them into records.
   *
   * @param stateType of the operator's records
   */
  public <K, T, OUT> DataStreamSource<OUT> process(
      String uid,
      WindowReaderFunction<T, OUT, K, W> readerFunction,
      TypeInformation<K> keyType,
      TypeInformation<T> stateType,
      TypeInformation<OUT> outputType) {
    return process(OperatorIdentifier.forUid(uid), readerFunction, keyType, stateType, outputType);
  }

  /** The windows of an operator that keeps their records, as a function turns them into records. */
  public <K, T, OUT> DataStreamSource<OUT> process(
      OperatorIdentifier identifier,
      WindowReaderFunction<T, OUT, K, W> readerFunction,
      TypeInformation<K> keyType,
      TypeInformation<T> stateType,
      TypeInformation<OUT> outputType) {
    return source(identifier, null, true, keyType, stateType, readerFunction, outputType);
  }

  private <OUT> DataStreamSource<OUT> source(
      OperatorIdentifier identifier,
      AggregateFunction<?, ?, ?> aggregate,
      boolean records,
      TypeInformation<?> keyType,
      TypeInformation<?> contentType,
      WindowReaderFunction<?, ?, ?, ?> function,
      TypeInformation<OUT> outputType) {
    return reader.source(
        identifier,
        new SavedStateSource.Windows(assigner, aggregate, records, keyType, contentType, function),
        outputType);
  }
}
