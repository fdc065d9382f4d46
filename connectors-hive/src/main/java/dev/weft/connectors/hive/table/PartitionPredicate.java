package dev.weft.connectors.hive.table;

import java.io.Serializable;
import java.util.List;

/**
 * A condition on partition keys, in SQL's three-valued logic: a comparison with a null value is
 * unknown, and only partitions for which the whole is true are read.
 */
public sealed interface PartitionPredicate extends Serializable {
  /** A comparison's operator. */
  enum Operator {
    EQUAL,
    NOT_EQUAL,
    LESS,
    LESS_OR_EQUAL,
    GREATER,
    GREATER_OR_EQUAL
  }

  /** True, false, or null when it is unknown. */
  Boolean evaluate(List<String> values);

  /** Whether a partition with these values, null for null, is wanted. */
  default boolean accepts(List<String> values) {
    return Boolean.TRUE.equals(evaluate(values));
  }

  /** A key compared with a constant. */
  record Comparison(int keyIndex, HiveType type, Operator operator, String constant)
      implements PartitionPredicate {
    @Override
    public Boolean evaluate(List<String> values) {
      String value = values.get(keyIndex);
      if (value == null) {
        return null;
      }
      int order = PartitionValue.compare(type, value, constant);
      return switch (operator) {
        case EQUAL -> order == 0;
        case NOT_EQUAL -> order != 0;
        case LESS -> order < 0;
        case LESS_OR_EQUAL -> order <= 0;
        case GREATER -> order > 0;
        case GREATER_OR_EQUAL -> order >= 0;
      };
    }
  }

  /** Whether a key is null. */
  record IsNull(int keyIndex) implements PartitionPredicate {
    @Override
    public Boolean evaluate(List<String> values) {
      return values.get(keyIndex) == null;
    }
  }

  /** Both. */
  record And(PartitionPredicate left, PartitionPredicate right) implements PartitionPredicate {
    @Override
    public Boolean evaluate(List<String> values) {
      Boolean first = left.evaluate(values);
      Boolean second = right.evaluate(values);
      if (Boolean.FALSE.equals(first) || Boolean.FALSE.equals(second)) {
        return false;
      }
      return first == null || second == null ? null : Boolean.TRUE;
    }
  }

  /** At least one. */
  record Or(PartitionPredicate left, PartitionPredicate right) implements PartitionPredicate {
    @Override
    public Boolean evaluate(List<String> values) {
      Boolean first = left.evaluate(values);
      Boolean second = right.evaluate(values);
      if (Boolean.TRUE.equals(first) || Boolean.TRUE.equals(second)) {
        return true;
      }
      return first == null || second == null ? null : Boolean.FALSE;
    }
  }

  /** The opposite. */
  record Not(PartitionPredicate inner) implements PartitionPredicate {
    @Override
    public Boolean evaluate(List<String> values) {
      Boolean value = inner.evaluate(values);
      return value == null ? null : !value;
    }
  }

  /** Every partition. */
  record All() implements PartitionPredicate {
    @Override
    public Boolean evaluate(List<String> values) {
      return true;
    }
  }
}
