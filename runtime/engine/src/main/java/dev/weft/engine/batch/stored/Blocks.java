package dev.weft.engine.batch.stored;

import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ByteSource;
import dev.weft.engine.batch.ColumnCodec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/** Elements of containers: all lengths, then the elements in columns of a bounded size. */
final class Blocks {
  private Blocks() {}

  static void writeLengths(
      Object[] containers, int size, ToIntFunction<Object> lengthOf, ByteSink target) {
    for (int i = 0; i < size; i++) {
      target.writeVarInt(lengthOf.applyAsInt(containers[i]));
    }
  }

  /** Writes elements; with two types they are entries of maps, a column for each part. */
  static void write(Object[] elements, ByteSink target, StoredType... parts) {
    for (int first = 0; first < elements.length; first += ColumnCodec.VALUES_MAX) {
      int size = Math.min(ColumnCodec.VALUES_MAX, elements.length - first);
      for (int part = 0; part < parts.length; part++) {
        Object[] column = new Object[size];
        for (int i = 0; i < size; i++) {
          Object element = elements[first + i];
          column[i] =
              parts.length == 1
                  ? element
                  : part == 0
                      ? ((Map.Entry<?, ?>) element).getKey()
                      : ((Map.Entry<?, ?>) element).getValue();
        }
        parts[part].write(column, size, target);
      }
    }
  }

  static Reader read(ByteSource source, int size) {
    return new Reader(source, size);
  }

  /** Hands out the elements of one container after the other. */
  static final class Reader {
    private final ByteSource source;
    private final int[] lengths;
    private long left;
    private Object[] first = new Object[0];
    private Object[] second = new Object[0];
    private int next;

    private Reader(ByteSource source, int size) {
      this.source = source;
      this.lengths = new int[size];
      for (int i = 0; i < size; i++) {
        lengths[i] = source.readVarInt();
        left += lengths[i];
      }
      if ((left + ColumnCodec.VALUES_MAX - 1) / ColumnCodec.VALUES_MAX > source.remaining()) {
        throw source.damaged(left + " elements are announced");
      }
    }

    private void fill(StoredType one, StoredType other) {
      if (next < first.length) {
        return;
      }
      int size = (int) Math.min(ColumnCodec.VALUES_MAX, left);
      left -= size;
      next = 0;
      first = new Object[size];
      one.read(source, first, size);
      if (other != null) {
        second = new Object[size];
        other.read(source, second, size);
      }
    }

    List<Object> next(int container, StoredType element) {
      List<Object> list = new ArrayList<>();
      for (int k = lengths[container]; k > 0; k--) {
        fill(element, null);
        list.add(first[next++]);
      }
      return list;
    }

    Map<Object, Object> nextMap(int container, StoredType key, StoredType value) {
      Map<Object, Object> map = new LinkedHashMap<>();
      for (int k = lengths[container]; k > 0; k--) {
        fill(key, value);
        map.put(first[next], second[next]);
        next++;
      }
      return map;
    }
  }
}
