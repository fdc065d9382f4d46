package dev.weft.engine.batch;

import dev.weft.api.types.TypeInformation.Kind;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;

/** Arrays of primitives: each its length and its elements in full width. */
final class PrimitiveArrayColumn extends ColumnCodec {
  private final Kind kind;
  private final int width;

  PrimitiveArrayColumn(Kind kind) {
    this.kind = kind;
    this.width =
        switch (kind) {
          case BOOLEAN, BYTE -> 1;
          case SHORT, CHAR -> 2;
          case INT, FLOAT -> 4;
          default -> 8;
        };
  }

  @Override
  void writeDense(Object[] values, int size, ByteSink target) {
    for (int i = 0; i < size; i++) {
      int length = Array.getLength(values[i]);
      target.writeVarInt(length);
      if (kind == Kind.BYTE) {
        target.write((byte[]) values[i], 0, length);
        continue;
      }
      int bytes = Math.multiplyExact(length, width);
      target.reserve(bytes);
      put(values[i], ByteBuffer.wrap(target.array(), target.position(), bytes));
      target.advance(bytes);
    }
  }

  private void put(Object array, ByteBuffer target) {
    switch (kind) {
      case BOOLEAN -> {
        for (boolean bit : (boolean[]) array) {
          target.put((byte) (bit ? 1 : 0));
        }
      }
      case SHORT -> target.asShortBuffer().put((short[]) array);
      case CHAR -> target.asCharBuffer().put((char[]) array);
      case INT -> target.asIntBuffer().put((int[]) array);
      case FLOAT -> target.asFloatBuffer().put((float[]) array);
      case LONG -> target.asLongBuffer().put((long[]) array);
      default -> target.asDoubleBuffer().put((double[]) array);
    }
  }

  @Override
  void readDense(ByteSource source, Object[] target, int size) {
    for (int i = 0; i < size; i++) {
      int length = source.readVarInt();
      if (kind == Kind.BYTE) {
        target[i] = source.readByteArray(length);
        continue;
      }
      int start = source.take((long) length * width);
      target[i] = get(ByteBuffer.wrap(source.array(), start, length * width), length);
    }
  }

  private Object get(ByteBuffer source, int length) {
    switch (kind) {
      case BOOLEAN -> {
        boolean[] array = new boolean[length];
        for (int i = 0; i < length; i++) {
          array[i] = source.get() != 0;
        }
        return array;
      }
      case SHORT -> {
        short[] array = new short[length];
        source.asShortBuffer().get(array);
        return array;
      }
      case CHAR -> {
        char[] array = new char[length];
        source.asCharBuffer().get(array);
        return array;
      }
      case INT -> {
        int[] array = new int[length];
        source.asIntBuffer().get(array);
        return array;
      }
      case FLOAT -> {
        float[] array = new float[length];
        source.asFloatBuffer().get(array);
        return array;
      }
      case LONG -> {
        long[] array = new long[length];
        source.asLongBuffer().get(array);
        return array;
      }
      default -> {
        double[] array = new double[length];
        source.asDoubleBuffer().get(array);
        return array;
      }
    }
  }

  @Override
  public Object copy(Object value) {
    int length = Array.getLength(value);
    Object copy = Array.newInstance(value.getClass().getComponentType(), length);
    System.arraycopy(value, 0, copy, 0, length);
    return copy;
  }

  @Override
  public boolean immutable() {
    return false;
  }
}
