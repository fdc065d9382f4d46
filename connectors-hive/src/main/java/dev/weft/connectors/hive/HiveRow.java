package dev.weft.connectors.hive;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.util.Arrays;
import java.util.List;

/**
 * A row of a Hive table, for programs that have no record class. Values are Boolean, Byte, Short,
 * Integer, Long, Float, Double, BigDecimal, String, LocalDate, LocalDateTime, byte[] or null.
 */
public final class HiveRow {
  private final List<String> names;
  private final Object[] values;

  HiveRow(List<String> names, Object[] values) {
    this.names = names;
    this.values = values;
  }

  /** The columns' names, in the order of the values. */
  public List<String> names() {
    return names;
  }

  /** The value of a column, or null. */
  public Object get(String name) {
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equalsIgnoreCase(name)) {
        return values[i];
      }
    }
    throw new WeftException(
        ErrorCode.USER, "The row has no column '" + name + "'; its columns are " + names);
  }

  /** The value at a position, or null. */
  public Object get(int index) {
    return values[index];
  }

  /**
   * The value of a column in the class wanted, or null.
   *
   * @throws WeftException with code USER when it is of another class
   */
  public <V> V get(String name, Class<V> valueClass) {
    Object value = get(name);
    if (value != null && !valueClass.isInstance(value)) {
      throw new WeftException(
          ErrorCode.USER,
          "The column '"
              + name
              + "' holds a "
              + value.getClass().getSimpleName()
              + ", not a "
              + valueClass.getSimpleName());
    }
    return valueClass.cast(value);
  }

  Object[] values() {
    return values;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HiveRow that
        && names.equals(that.names)
        && Arrays.deepEquals(values, that.values);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(values);
  }

  @Override
  public String toString() {
    return Arrays.deepToString(values);
  }
}
