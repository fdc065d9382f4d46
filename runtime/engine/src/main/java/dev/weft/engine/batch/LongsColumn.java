package dev.weft.engine.batch;

import dev.weft.api.types.TypeInformation.Kind;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;

/** Values of 64 bits, and points in time of 64 bits of seconds and 32 bits of nanoseconds. */
final class LongsColumn extends ColumnCodec {
  private final Kind kind;
  private final boolean nanos;
  private long[] longs = new long[0];
  private int[] fractions = new int[0];

  LongsColumn(Kind kind) {
    this.kind = kind;
    this.nanos = kind == Kind.TIMESTAMP || kind == Kind.INSTANT;
  }

  static boolean holds(Kind kind) {
    return switch (kind) {
      case LONG, DOUBLE, DATE, TIME, TIMESTAMP, INSTANT -> true;
      default -> false;
    };
  }

  @Override
  void writeDense(Object[] values, int size, ByteSink target) {
    longs = room(longs, size);
    unbox(values, size, longs);
    target.writeLongs(longs, size);
    if (nanos) {
      fractions = room(fractions, size);
      for (int i = 0; i < size; i++) {
        fractions[i] =
            values[i] instanceof Instant instant
                ? instant.getNano()
                : ((LocalDateTime) values[i]).getNano();
      }
      target.writeInts(fractions, size);
    }
  }

  private void unbox(Object[] values, int size, long[] target) {
    switch (kind) {
      case LONG -> {
        for (int i = 0; i < size; i++) {
          target[i] = (Long) values[i];
        }
      }
      case DOUBLE -> {
        for (int i = 0; i < size; i++) {
          target[i] = Double.doubleToRawLongBits((Double) values[i]);
        }
      }
      case DATE -> {
        for (int i = 0; i < size; i++) {
          target[i] = ((LocalDate) values[i]).toEpochDay();
        }
      }
      case TIME -> {
        for (int i = 0; i < size; i++) {
          target[i] = ((LocalTime) values[i]).toNanoOfDay();
        }
      }
      case TIMESTAMP -> {
        for (int i = 0; i < size; i++) {
          target[i] = ((LocalDateTime) values[i]).toEpochSecond(ZoneOffset.UTC);
        }
      }
      default -> {
        for (int i = 0; i < size; i++) {
          target[i] = ((Instant) values[i]).getEpochSecond();
        }
      }
    }
  }

  @Override
  void readDense(ByteSource source, Object[] target, int size) {
    longs = room(longs, size);
    source.readLongs(longs, size);
    if (nanos) {
      fractions = room(fractions, size);
      source.readInts(fractions, size);
    }
    switch (kind) {
      case LONG -> {
        for (int i = 0; i < size; i++) {
          target[i] = longs[i];
        }
      }
      case DOUBLE -> {
        for (int i = 0; i < size; i++) {
          target[i] = Double.longBitsToDouble(longs[i]);
        }
      }
      case DATE -> {
        for (int i = 0; i < size; i++) {
          target[i] = LocalDate.ofEpochDay(longs[i]);
        }
      }
      case TIME -> {
        for (int i = 0; i < size; i++) {
          target[i] = LocalTime.ofNanoOfDay(longs[i]);
        }
      }
      case TIMESTAMP -> {
        for (int i = 0; i < size; i++) {
          target[i] = LocalDateTime.ofEpochSecond(longs[i], fractions[i], ZoneOffset.UTC);
        }
      }
      default -> {
        for (int i = 0; i < size; i++) {
          target[i] = Instant.ofEpochSecond(longs[i], fractions[i]);
        }
      }
    }
  }

  @Override
  public void writeValue(Object value, ByteSink target) {
    if (kind == Kind.LONG) {
      target.writeLong((Long) value);
    } else {
      super.writeValue(value, target);
    }
  }

  @Override
  public Object readValue(ByteSource source) {
    return kind == Kind.LONG ? (Object) source.readLong() : super.readValue(source);
  }

  @Override
  public Object copy(Object value) {
    return value;
  }

  @Override
  public boolean joined() {
    return !nanos;
  }

  @Override
  public boolean immutable() {
    return true;
  }
}
