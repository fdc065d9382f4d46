package dev.weft.engine.server.saved;

import dev.weft.api.connector.Sink;
import dev.weft.api.connector.SinkWriter;
import dev.weft.api.connector.SinkWriterContext;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** A sink into memory, for jobs that do not fail. */
final class Records<T> implements Sink<T> {
  private static final Map<String, List<Object>> BY_NAME = new ConcurrentHashMap<>();
  private static final AtomicLong NEXT = new AtomicLong();

  private final String name = "records-" + NEXT.incrementAndGet();

  @SuppressWarnings("unchecked")
  List<T> all() {
    return (List<T>) BY_NAME.getOrDefault(name, List.of());
  }

  @Override
  public boolean blocking() {
    return false;
  }

  @Override
  public SinkWriter<T> createWriter(SinkWriterContext context) {
    return new SinkWriter<>() {
      @Override
      public void write(T record, long timestamp) {
        BY_NAME.computeIfAbsent(name, n -> new CopyOnWriteArrayList<>()).add(record);
      }

      @Override
      public void flush(boolean endOfInput) {}

      @Override
      public void close() {}
    };
  }
}
