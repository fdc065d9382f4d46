package dev.weft.api;

import dev.weft.api.graph.Transformation;

/**
 * The end of a stream, whose properties may still be set.
 *
 * @param <T> the records
 */
public class DataStreamSink<T> {
  private final Transformation transformation;

  DataStreamSink(Transformation transformation) {
    this.transformation = transformation;
  }

  /** The step that writes. */
  public Transformation getTransformation() {
    return transformation;
  }

  /** Sets the name for people. */
  public DataStreamSink<T> name(String name) {
    transformation.name(name);
    return this;
  }

  /** Sets the identity by which transactions find this sink again after the program was changed. */
  public DataStreamSink<T> uid(String uid) {
    transformation.uid(uid);
    return this;
  }

  /**
   * Sets the identity as it is kept in checkpoints, 32 hexadecimal digits: for a step whose
   * computed identity changed, with the one that {@code weft state list} shows. It wins over {@link
   * #uid}.
   */
  public DataStreamSink<T> setUidHash(String uidHash) {
    transformation.uidHash(Steps.checkUidHash(uidHash));
    return this;
  }

  /**
   * Puts the subtasks of this step into slots that are shared by steps of the group only. Steps
   * that name no group are in that of their inputs, or in {@code default} when these are in
   * several.
   */
  public DataStreamSink<T> slotSharingGroup(String slotSharingGroup) {
    transformation.slotSharingGroup(Steps.checkNotBlank("slot sharing group", slotSharingGroup));
    return this;
  }

  /**
   * Puts the subtasks of this step into slots that are shared by steps of the group only.
   *
   * @throws dev.weft.api.error.WeftException with code USER when the group asks for resources
   */
  public DataStreamSink<T> slotSharingGroup(SlotSharingGroup slotSharingGroup) {
    transformation.slotSharingGroup(Steps.checkSlots(slotSharingGroup));
    return this;
  }

  /**
   * Sets into how many key groups the keyed state of this step is cut; it can never have more
   * subtasks. What continues from a checkpoint must keep the number.
   */
  public DataStreamSink<T> setMaxParallelism(int maxParallelism) {
    transformation.maxParallelism(Steps.checkPositive("max parallelism", maxParallelism));
    return this;
  }

  /** Sets how many subtasks this step has. */
  public DataStreamSink<T> setParallelism(int parallelism) {
    transformation.parallelism(Steps.checkPositive("parallelism", parallelism));
    return this;
  }

  /** Lets this step run apart from its input. */
  public DataStreamSink<T> disableChaining() {
    transformation.chainable(false);
    return this;
  }
}
