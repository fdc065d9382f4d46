package dev.weft.api.savepoint;

import dev.weft.api.DataStreamSource;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.connector.builtin.SavedStateSource;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.tuple.Tuple2;
import dev.weft.api.types.TypeExtraction;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.Types;
import dev.weft.api.windowing.assigners.WindowAssigner;
import dev.weft.api.windowing.windows.Window;

/**
 * Reads the state of a checkpoint or savepoint as bounded streams. Readers work in parallel, each
 * on a part of the key groups. The snapshot is opened when the job starts; one that is not whole,
 * and names that are not in it, fail the job with what there is instead.
 */
public final class StateReader {
  private static final String ADVICE = "; use the method that takes the types";

  private final StreamExecutionEnvironment environment;
  private final String path;

  private StateReader(StreamExecutionEnvironment environment, String path) {
    this.environment = environment;
    this.path = path;
  }

  /**
   * Reads a snapshot.
   *
   * @param path of the checkpoint or savepoint: its directory or the manifest in it
   */
  public static StateReader read(StreamExecutionEnvironment environment, String path) {
    if (path == null || path.isBlank()) {
      throw new WeftException(ErrorCode.USER, "A state reader needs the path of a snapshot");
    }
    return new StateReader(environment, path);
  }

  /** The keyed state of an operator, as a function turns it into records. */
  @SuppressWarnings("unchecked")
  public <K, OUT> DataStreamSource<OUT> readKeyedState(
      OperatorIdentifier identifier, KeyedStateReaderFunction<K, OUT> function) {
    return readKeyedState(
        identifier,
        function,
        (TypeInformation<K>) typeIn(function, 0),
        (TypeInformation<OUT>) typeIn(function, 1));
  }

  /** The keyed state of the operator with a uid. */
  public <K, OUT> DataStreamSource<OUT> readKeyedState(
      String uid, KeyedStateReaderFunction<K, OUT> function) {
    return readKeyedState(OperatorIdentifier.forUid(uid), function);
  }

  /**
   * The keyed state of an operator, as a function turns it into records.
   *
   * @param keyType as the operator's input was keyed
   * @param outType of the records
   */
  public <K, OUT> DataStreamSource<OUT> readKeyedState(
      OperatorIdentifier identifier,
      KeyedStateReaderFunction<K, OUT> function,
      TypeInformation<K> keyType,
      TypeInformation<OUT> outType) {
    return source(identifier, new SavedStateSource.Keyed(function, keyType), outType);
  }

  /**
   * The windows of an operator.
   *
   * @param assigner with the lengths that the operator's has
   */
  public <W extends Window> WindowStateReader<W> window(WindowAssigner<?, W> assigner) {
    return new WindowStateReader<>(this, assigner, false);
  }

  private static TypeInformation<?> typeIn(KeyedStateReaderFunction<?, ?> function, int parameter) {
    TypeExtraction.Extracted type =
        TypeExtraction.parameter(function, KeyedStateReaderFunction.class, parameter, -1, null);
    if (type.type() == null) {
      throw new WeftException(ErrorCode.USER, type.problem() + ADVICE);
    }
    return type.type();
  }

  /** The elements of a list state that is split among subtasks. */
  public <T> DataStreamSource<T> readListState(
      OperatorIdentifier identifier, String name, TypeInformation<T> typeInfo) {
    return source(
        identifier,
        new SavedStateSource.Elements(new ListStateDescriptor<>(name, typeInfo), false),
        typeInfo);
  }

  /** The elements of a list state of which every subtask gets all; each is read once. */
  public <T> DataStreamSource<T> readUnionState(
      OperatorIdentifier identifier, String name, TypeInformation<T> typeInfo) {
    return source(
        identifier,
        new SavedStateSource.Elements(new ListStateDescriptor<>(name, typeInfo), true),
        typeInfo);
  }

  /** The entries of a broadcast state. */
  public <K, V> DataStreamSource<Tuple2<K, V>> readBroadcastState(
      OperatorIdentifier identifier,
      String name,
      TypeInformation<K> keyTypeInfo,
      TypeInformation<V> valueTypeInfo) {
    return source(
        identifier,
        new SavedStateSource.Entries(new MapStateDescriptor<>(name, keyTypeInfo, valueTypeInfo)),
        Types.TUPLE(keyTypeInfo, valueTypeInfo));
  }

  <T> DataStreamSource<T> source(
      OperatorIdentifier identifier,
      SavedStateSource.Selection selection,
      TypeInformation<T> type) {
    return environment.fromSource(
        new SavedStateSource<>(path, identifier.id(), selection, type),
        WatermarkStrategy.noWatermarks(),
        "State of " + identifier);
  }
}
