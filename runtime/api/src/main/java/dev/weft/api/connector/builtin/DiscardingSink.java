package dev.weft.api.connector.builtin;

import dev.weft.api.connector.Sink;
import dev.weft.api.connector.SinkWriter;
import dev.weft.api.connector.SinkWriterContext;

/**
 * Forgets every record.
 *
 * @param <T> the records
 */
public final class DiscardingSink<T> implements Sink<T> {
  private static final long serialVersionUID = 1;

  @Override
  public SinkWriter<T> createWriter(SinkWriterContext context) {
    return new Writer<>();
  }

  @Override
  public boolean blocking() {
    return false;
  }

  private static final class Writer<T> implements SinkWriter<T> {
    @Override
    public void write(T record, long timestamp) {}

    @Override
    public void flush(boolean endOfInput) {}

    @Override
    public void close() {}
  }
}
