package dev.weft.engine.batch;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Lists and arrays of objects: all lengths, then all elements in columns of a bounded size. */
final class SequenceColumn extends ColumnCodec {
  private final ColumnCodec element;
  private final Class<?> component;
  private Object[] block = new Object[0];
  private int[] lengths = new int[0];

  /** The column of lists, or of arrays of a component class. */
  SequenceColumn(ColumnCodec element, Class<?> component) {
    this.element = element;
    this.component = component;
  }

  private List<?> listOf(Object value) {
    return component == null ? (List<?>) value : Arrays.asList((Object[]) value);
  }

  private Object ofList(List<Object> list) {
    return component == null ? list : list.toArray((Object[]) Array.newInstance(component, 0));
  }

  @Override
  void writeDense(Object[] values, int size, ByteSink target) {
    lengths = room(lengths, size);
    long total = 0;
    for (int i = 0; i < size; i++) {
      lengths[i] = listOf(values[i]).size();
      total += lengths[i];
      target.writeVarInt(lengths[i]);
    }
    block = room(block, (int) Math.min(VALUES_MAX, total));
    int filled = 0;
    for (int i = 0; i < size; i++) {
      int count = 0;
      for (Object each : listOf(values[i])) {
        if (filled == VALUES_MAX) {
          element.write(block, filled, target);
          filled = 0;
        }
        if (++count > lengths[i]) {
          throw changed();
        }
        block[filled++] = each;
      }
      if (count != lengths[i]) {
        throw changed();
      }
    }
    if (filled > 0) {
      element.write(block, filled, target);
    }
    Arrays.fill(block, 0, (int) Math.min(VALUES_MAX, total), null);
  }

  static WeftException changed() {
    return new WeftException(
        ErrorCode.USER,
        "A list or map was changed while it was written; do not change a record after emitting it");
  }

  @Override
  void readDense(ByteSource source, Object[] target, int size) {
    lengths = room(lengths, size);
    long total = readLengths(source, lengths, size);
    long left = total;
    int filled = 0;
    int next = 0;
    for (int i = 0; i < size; i++) {
      List<Object> list = new ArrayList<>(Math.min(lengths[i], VALUES_MAX));
      for (int k = lengths[i]; k > 0; k--) {
        if (next == filled) {
          filled = (int) Math.min(VALUES_MAX, left);
          left -= filled;
          next = 0;
          block = room(block, filled);
          element.read(source, block, filled);
        }
        list.add(block[next++]);
      }
      target[i] = ofList(list);
    }
    Arrays.fill(block, 0, (int) Math.min(VALUES_MAX, total), null);
  }

  /** Reads lengths and returns their sum, which the bytes that are left can hold. */
  static long readLengths(ByteSource source, int[] lengths, int size) {
    long total = 0;
    for (int i = 0; i < size; i++) {
      lengths[i] = source.readVarInt();
      total += lengths[i];
    }
    if ((total + VALUES_MAX - 1) / VALUES_MAX > source.remaining()) {
      throw source.damaged(total + " elements are announced");
    }
    return total;
  }

  @Override
  public Object copy(Object value) {
    List<?> list = listOf(value);
    List<Object> copy = new ArrayList<>(list);
    if (!element.immutable()) {
      copy.replaceAll(each -> each == null ? null : element.copy(each));
    }
    return ofList(copy);
  }

  @Override
  public boolean immutable() {
    return false;
  }
}
