package dev.weft.api.tuple;

import java.util.Objects;

/** Two values side by side. */
public final class Tuple2<T0, T1> extends Tuple {
  private static final long serialVersionUID = 1;

  /** The value of position 0. */
  public T0 f0;

  /** The value of position 1. */
  public T1 f1;

  /** All fields null. */
  public Tuple2() {}

  /** The values in order. */
  public Tuple2(T0 f0, T1 f1) {
    this.f0 = f0;
    this.f1 = f1;
  }

  /** The values in order. */
  public static <T0, T1> Tuple2<T0, T1> of(T0 f0, T1 f1) {
    return new Tuple2<>(f0, f1);
  }

  /** Sets all fields. */
  public void setFields(T0 value0, T1 value1) {
    f0 = value0;
    f1 = value1;
  }

  /** The values in the other order. */
  public Tuple2<T1, T0> swap() {
    return new Tuple2<>(f1, f0);
  }

  /** A tuple of the same values. */
  public Tuple2<T0, T1> copy() {
    return new Tuple2<>(f0, f1);
  }

  @Override
  public int getArity() {
    return 2;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> T getField(int position) {
    return switch (position) {
      case 0 -> (T) f0;
      case 1 -> (T) f1;
      default -> throw noField(position);
    };
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> void setField(T value, int position) {
    switch (position) {
      case 0 -> f0 = (T0) value;
      case 1 -> f1 = (T1) value;
      default -> throw noField(position);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tuple2<?, ?> that
        && Objects.equals(f0, that.f0)
        && Objects.equals(f1, that.f1);
  }

  @Override
  public int hashCode() {
    return Objects.hash(f0, f1);
  }
}
