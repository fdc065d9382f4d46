package dev.weft.engine.batch;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Constants of an enum: the names that occur, in the order of their first use, then one or two
 * bytes per value that say which; nothing when there is one name.
 */
final class EnumColumn extends ColumnCodec {
  private final Class<?> type;
  private final Enum<?>[] constants;
  private final Map<String, Enum<?>> byName = new LinkedHashMap<>();
  private final int[] numberOf;
  private int[] numbers = new int[0];

  EnumColumn(Class<? extends Enum<?>> type) {
    this.type = type;
    this.constants = type.getEnumConstants();
    this.numberOf = new int[constants.length];
    for (Enum<?> constant : constants) {
      byName.put(constant.name(), constant);
    }
  }

  @Override
  void writeDense(Object[] values, int size, ByteSink target) {
    if (size == 0) {
      return;
    }
    numbers = room(numbers, size);
    int[] used = new int[Math.min(size, constants.length)];
    int count = 0;
    Arrays.fill(numberOf, -1);
    for (int i = 0; i < size; i++) {
      int ordinal = ((Enum<?>) values[i]).ordinal();
      if (numberOf[ordinal] < 0) {
        numberOf[ordinal] = count;
        used[count++] = ordinal;
      }
      numbers[i] = numberOf[ordinal];
    }
    target.writeVarInt(count);
    for (int i = 0; i < count; i++) {
      target.writeString(constants[used[i]].name());
    }
    if (count > 256) {
      target.writeShorts(numbers, size);
    } else if (count > 1) {
      target.writeBytes(numbers, size);
    }
  }

  @Override
  void readDense(ByteSource source, Object[] target, int size) {
    if (size == 0) {
      return;
    }
    int count = source.readVarInt();
    if (count == 0 || count > size) {
      throw source.damaged(count + " names of an enum are given for " + size + " values");
    }
    Enum<?>[] used = new Enum<?>[count];
    for (int i = 0; i < count; i++) {
      used[i] = constant(source.readString());
    }
    if (count == 1) {
      Arrays.fill(target, 0, size, used[0]);
      return;
    }
    numbers = room(numbers, size);
    int mask;
    if (count > 256) {
      source.readShorts(numbers, size);
      mask = 0xffff;
    } else {
      source.readBytes(numbers, size);
      mask = 0xff;
    }
    for (int i = 0; i < size; i++) {
      int number = numbers[i] & mask;
      if (number >= count) {
        throw source.damaged("an enum's name " + number + " of " + count + " is used");
      }
      target[i] = used[number];
    }
  }

  private Enum<?> constant(String name) {
    Enum<?> constant = byName.get(name);
    if (constant == null) {
      throw new WeftException(
          ErrorCode.USER,
          "The enum "
              + type.getName()
              + " has no constant "
              + name
              + ", which was written before; put the constant back");
    }
    return constant;
  }

  @Override
  public Object copy(Object value) {
    return value;
  }

  @Override
  public boolean immutable() {
    return true;
  }
}
