package dev.weft.engine.protocol;

import dev.weft.api.OutputTag;
import dev.weft.api.graph.Operation;
import dev.weft.api.graph.Partitioning;
import dev.weft.api.types.TypeInformation;
import java.io.Serializable;
import java.util.List;

/**
 * The operators of a vertex with user code, its inputs and its outputs. Java-serialised; read with
 * the job's class loader only.
 *
 * @param inputs in the order of the vertex's incoming edges
 * @param operators from first to last; each takes the output of the one before
 * @param outputs in the order of the vertex's outgoing edges
 */
public record ChainSpec(List<Input> inputs, List<OperatorSpec> operators, List<Output> outputs)
    implements Serializable {
  /**
   * An operator of the chain.
   *
   * @param uid identity for snapshots
   * @param name for people
   * @param createdAt where in the user's program
   * @param operation what it does
   * @param inputType null for a source
   * @param outputType null for a sink
   * @param key how the input is keyed; null when it is not. Only the first operator of a chain, or
   *     one after operators that keep the key, is keyed
   */
  public record OperatorSpec(
      String uid,
      String name,
      String createdAt,
      Operation.Physical operation,
      TypeInformation<?> inputType,
      TypeInformation<?> outputType,
      Partitioning.Hash<?, ?> key)
      implements Serializable {}

  /** An incoming edge and the type of what it carries. */
  public record Input(int edge, int input, TypeInformation<?> type) implements Serializable {}

  /**
   * An outgoing edge.
   *
   * @param edge its index within the plan
   * @param operator the index within the chain of the operator whose output goes out
   * @param sideOutput the side output that goes out; null for the main output
   * @param partitioning how records choose a channel
   * @param type what the edge carries
   */
  public record Output(
      int edge,
      int operator,
      OutputTag<?> sideOutput,
      Partitioning partitioning,
      TypeInformation<?> type)
      implements Serializable {}
}
