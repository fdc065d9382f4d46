package dev.weft.api;

import dev.weft.api.graph.Transformation;

/**
 * The records of a source.
 *
 * @param <T> the records
 */
public class DataStreamSource<T> extends SingleOutputStreamOperator<T> {
  DataStreamSource(StreamExecutionEnvironment environment, Transformation transformation) {
    super(environment, transformation);
  }
}
