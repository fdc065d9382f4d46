package dev.weft.api;

import dev.weft.api.graph.Operation;
import dev.weft.api.graph.Transformation;
import dev.weft.api.types.TypeHint;
import dev.weft.api.types.TypeInformation;
import java.util.List;

/**
 * The output of a step, whose properties may still be set.
 *
 * @param <T> the records
 */
public class SingleOutputStreamOperator<T> extends DataStream<T> {
  SingleOutputStreamOperator(
      StreamExecutionEnvironment environment, Transformation transformation) {
    super(environment, transformation);
  }

  /** Sets the name for people. */
  public SingleOutputStreamOperator<T> name(String name) {
    transformation.name(name);
    return this;
  }

  /** The name for people. */
  public String getName() {
    return transformation.name();
  }

  /** Sets the identity by which state finds this step again after the program was changed. */
  public SingleOutputStreamOperator<T> uid(String uid) {
    transformation.uid(uid);
    return this;
  }

  /**
   * Sets the identity as it is kept in checkpoints, 32 hexadecimal digits: for a step whose
   * computed identity changed, with the one that {@code weft state list} shows. It wins over {@link
   * #uid}.
   */
  public SingleOutputStreamOperator<T> setUidHash(String uidHash) {
    transformation.uidHash(Steps.checkUidHash(uidHash));
    return this;
  }

  /**
   * Puts the subtasks of this step into slots that are shared by steps of the group only. Steps
   * that name no group are in that of their inputs, or in {@code default} when these are in
   * several.
   */
  public SingleOutputStreamOperator<T> slotSharingGroup(String slotSharingGroup) {
    transformation.slotSharingGroup(Steps.checkNotBlank("slot sharing group", slotSharingGroup));
    return this;
  }

  /**
   * Puts the subtasks of this step into slots that are shared by steps of the group only.
   *
   * @throws dev.weft.api.error.WeftException with code USER when the group asks for resources
   */
  public SingleOutputStreamOperator<T> slotSharingGroup(SlotSharingGroup slotSharingGroup) {
    transformation.slotSharingGroup(Steps.checkSlots(slotSharingGroup));
    return this;
  }

  /**
   * Sets into how many key groups the keyed state of this step is cut; it can never have more
   * subtasks. What continues from a checkpoint must keep the number.
   */
  public SingleOutputStreamOperator<T> setMaxParallelism(int maxParallelism) {
    transformation.maxParallelism(Steps.checkPositive("max parallelism", maxParallelism));
    return this;
  }

  /** Sets how many subtasks this step has. */
  public SingleOutputStreamOperator<T> setParallelism(int parallelism) {
    transformation.parallelism(Steps.checkPositive("parallelism", parallelism));
    return this;
  }

  /** Makes this step one of a single subtask. */
  public SingleOutputStreamOperator<T> forceNonParallel() {
    return setParallelism(1);
  }

  /**
   * Accepted so that programs need no change; without effect. Batches close by themselves as soon
   * as there is nothing more to do.
   */
  public SingleOutputStreamOperator<T> setBufferTimeout(long timeoutMillis) {
    return this;
  }

  /** Says of which class the records are. */
  public SingleOutputStreamOperator<T> returns(Class<T> type) {
    return returns(TypeInformation.of(type));
  }

  /** Says of which generic type the records are. */
  public SingleOutputStreamOperator<T> returns(TypeHint<T> type) {
    return returns(type.getTypeInfo());
  }

  /** Says of which type the records are. */
  public SingleOutputStreamOperator<T> returns(TypeInformation<T> type) {
    transformation.outputType(type);
    transformation.typeProblem(null);
    return this;
  }

  /** Lets this step begin a chain: it never shares one with its input. */
  public SingleOutputStreamOperator<T> startNewChain() {
    transformation.chainable(false);
    return this;
  }

  /** Lets this step share a chain with neither its input nor its successors. */
  public SingleOutputStreamOperator<T> disableChaining() {
    transformation.chainable(false);
    transformation.endsChain(true);
    return this;
  }

  /** The records that the function of this step emits to a side output. */
  public <X> SideOutputDataStream<X> getSideOutput(OutputTag<X> tag) {
    Transformation side =
        environment.add(
            new Operation.SideOutput<>(tag),
            "SideOutput(" + tag.getId() + ")",
            List.of(transformation),
            tag.getTypeInfo());
    return new SideOutputDataStream<>(environment, side);
  }
}
