package dev.weft.api.savepoint;

import dev.weft.api.DataStream;
import dev.weft.api.SingleOutputStreamOperator;
import dev.weft.api.graph.SavepointOperation;
import dev.weft.api.types.TypeInformation;
import java.util.function.Function;

/**
 * How the state of one operator is filled, to be given to a {@link StateWriter}.
 *
 * @param <T> the records
 */
public final class StateBootstrapTransformation<T> {
  static final TypeInformation<byte[]> PIECES = TypeInformation.of(byte[].class);

  private final DataStream<T> stream;
  private final Function<SavepointOperation.Target, SavepointOperation> operation;
  private final boolean single;

  StateBootstrapTransformation(
      DataStream<T> stream,
      Function<SavepointOperation.Target, SavepointOperation> operation,
      boolean single) {
    this.stream = stream;
    this.operation = operation;
    this.single = single;
  }

  /** Adds the step that writes the operator's state and emits what the manifest says of it. */
  DataStream<byte[]> pieces(SavepointOperation.Target target, int maxParallelism) {
    SingleOutputStreamOperator<byte[]> step =
        stream.transform("Bootstrap '" + target.uid() + "'", PIECES, operation.apply(target));
    if (maxParallelism > 0) {
      step.setMaxParallelism(maxParallelism);
    }
    return single ? step.setParallelism(1) : step;
  }
}
