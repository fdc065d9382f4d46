package dev.weft.engine.batch;

import dev.weft.api.types.TypeInformation.Kind;

/** Values of up to 32 bits. */
final class IntsColumn extends ColumnCodec {
  private final Kind kind;
  private int[] ints = new int[0];

  IntsColumn(Kind kind) {
    this.kind = kind;
  }

  static boolean holds(Kind kind) {
    return switch (kind) {
      case BOOLEAN, BYTE, SHORT, CHAR, INT, FLOAT -> true;
      default -> false;
    };
  }

  static void write(Kind kind, int[] source, int size, ByteSink target) {
    switch (kind) {
      case BOOLEAN -> target.writeBits(source, size);
      case BYTE -> target.writeBytes(source, size);
      case SHORT, CHAR -> target.writeShorts(source, size);
      default -> target.writeInts(source, size);
    }
  }

  static void read(Kind kind, ByteSource source, int[] target, int size) {
    switch (kind) {
      case BOOLEAN -> source.readBits(target, size);
      case BYTE -> source.readBytes(target, size);
      case SHORT, CHAR -> source.readShorts(target, size);
      default -> source.readInts(target, size);
    }
  }

  @Override
  void writeDense(Object[] values, int size, ByteSink target) {
    ints = room(ints, size);
    unbox(values, size, ints);
    write(kind, ints, size, target);
  }

  private void unbox(Object[] values, int size, int[] target) {
    switch (kind) {
      case BOOLEAN -> {
        for (int i = 0; i < size; i++) {
          target[i] = (Boolean) values[i] ? 1 : 0;
        }
      }
      case BYTE -> {
        for (int i = 0; i < size; i++) {
          target[i] = (Byte) values[i];
        }
      }
      case SHORT -> {
        for (int i = 0; i < size; i++) {
          target[i] = (Short) values[i];
        }
      }
      case CHAR -> {
        for (int i = 0; i < size; i++) {
          target[i] = (Character) values[i];
        }
      }
      case INT -> {
        for (int i = 0; i < size; i++) {
          target[i] = (Integer) values[i];
        }
      }
      default -> {
        for (int i = 0; i < size; i++) {
          target[i] = Float.floatToRawIntBits((Float) values[i]);
        }
      }
    }
  }

  @Override
  void readDense(ByteSource source, Object[] target, int size) {
    ints = room(ints, size);
    read(kind, source, ints, size);
    switch (kind) {
      case BOOLEAN -> {
        for (int i = 0; i < size; i++) {
          target[i] = ints[i] != 0;
        }
      }
      case BYTE -> {
        for (int i = 0; i < size; i++) {
          target[i] = (byte) ints[i];
        }
      }
      case SHORT -> {
        for (int i = 0; i < size; i++) {
          target[i] = (short) ints[i];
        }
      }
      case CHAR -> {
        for (int i = 0; i < size; i++) {
          target[i] = (char) ints[i];
        }
      }
      case INT -> {
        for (int i = 0; i < size; i++) {
          target[i] = ints[i];
        }
      }
      default -> {
        for (int i = 0; i < size; i++) {
          target[i] = Float.intBitsToFloat(ints[i]);
        }
      }
    }
  }

  @Override
  public Object copy(Object value) {
    return value;
  }

  @Override
  public boolean joined() {
    return kind != Kind.BOOLEAN;
  }

  @Override
  public boolean immutable() {
    return true;
  }
}
