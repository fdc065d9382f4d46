package dev.weft.engine.operator;

import dev.weft.api.OutputTag;
import dev.weft.engine.batch.ObjectBatch;
import java.util.ArrayList;
import java.util.List;

/** What an operator emits, in order. */
sealed interface Event {
  /** A record of the main output. */
  record Row(Object value, long timestamp) implements Event {}

  /** A record of a side output. */
  record Side(String tag, Object value, long timestamp) implements Event {}

  /** A watermark. */
  record Mark(long timestamp) implements Event {}

  /** The output became idle or active. */
  record Idle(boolean idle) implements Event {}

  /** A row without a timestamp. */
  static Row row(Object value) {
    return new Row(value, ObjectBatch.NO_TIMESTAMP);
  }

  /** A row with a timestamp. */
  static Row row(Object value, long timestamp) {
    return new Row(value, timestamp);
  }

  /** Collects events. */
  final class Recorder implements Output {
    final List<Event> events = new ArrayList<>();

    @Override
    public void emit(Object value, long timestamp) {
      events.add(new Row(value, timestamp));
    }

    @Override
    public void emit(OutputTag<?> tag, Object value, long timestamp) {
      events.add(new Side(tag.getId(), value, timestamp));
    }

    @Override
    public void watermark(long timestamp) {
      events.add(new Mark(timestamp));
    }

    @Override
    public void idle(boolean idle) {
      events.add(new Idle(idle));
    }

    /** The events since the last call. */
    List<Event> take() {
      List<Event> taken = List.copyOf(events);
      events.clear();
      return taken;
    }
  }
}
