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
   * @param inputs by number; empty for a source. An operator of several inputs begins its chain
   * @param outputType null for a sink
   */
  public record OperatorSpec(
      String uid,
      String name,
      String createdAt,
      Operation.Physical operation,
      List<OperatorInput> inputs,
      TypeInformation<?> outputType)
      implements Serializable {
    /** An operator of one input, or of none when there is no type and no key. */
    public OperatorSpec(
        String uid,
        String name,
        String createdAt,
        Operation.Physical operation,
        TypeInformation<?> inputType,
        TypeInformation<?> outputType,
        Partitioning.Hash<?, ?> key) {
      this(
          uid,
          name,
          createdAt,
          operation,
          inputType == null && key == null ? List.of() : List.of(new OperatorInput(inputType, key)),
          outputType);
    }

    /** The type of the first input; null for a source. */
    public TypeInformation<?> inputType() {
      return inputs.isEmpty() ? null : inputs.get(0).type();
    }

    /** How the first keyed input is keyed, which the keyed state follows; null without one. */
    public Partitioning.Hash<?, ?> key() {
      for (OperatorInput input : inputs) {
        if (input.key() != null) {
          return input.key();
        }
      }
      return null;
    }
  }

  /**
   * An input of an operator.
   *
   * @param type of its records
   * @param key how it is keyed; null when it is not
   */
  public record OperatorInput(TypeInformation<?> type, Partitioning.Hash<?, ?> key)
      implements Serializable {}

  /** An incoming edge, the input of the first operator it leads to, the type of what it carries. */
  public record Input(int edge, int input, TypeInformation<?> type) implements Serializable {}

  /**
   * An outgoing edge.
   *
   * @param edge its index within the plan
   * @param operator the index within the chain of the operator whose output goes out
   * @param sideOutput the side output that goes out; null for the main output
   * @param partitioning how records choose a channel
   * @param type what the edge carries
   * @param consumer the step that takes the records, its name and place, for messages
   */
  public record Output(
      int edge,
      int operator,
      OutputTag<?> sideOutput,
      Partitioning partitioning,
      TypeInformation<?> type,
      String consumer)
      implements Serializable {}
}
