package dev.weft.testing;

import dev.weft.api.connector.Sink;
import dev.weft.api.connector.SinkWriter;
import dev.weft.api.connector.SinkWriterContext;

/** Stands in a plan for an output that the test takes; never runs. */
final class PlayedSink implements Sink<Object> {
  private final String name;

  PlayedSink(String name) {
    this.name = name;
  }

  @Override
  public SinkWriter<Object> createWriter(SinkWriterContext context) {
    throw new IllegalStateException("the output '" + name + "' is taken by the test");
  }
}
