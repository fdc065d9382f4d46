package dev.weft.api;

import dev.weft.api.graph.Transformation;

/**
 * The records of a side output.
 *
 * @param <T> the records
 */
public class SideOutputDataStream<T> extends DataStream<T> {
  SideOutputDataStream(StreamExecutionEnvironment environment, Transformation transformation) {
    super(environment, transformation);
  }
}
