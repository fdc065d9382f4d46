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
