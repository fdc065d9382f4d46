package dev.weft.api.tuple;

import java.util.Objects;

/** Three values side by side. */
public final class Tuple3<T0, T1, T2> extends Tuple {
  private static final long serialVersionUID = 1;

  /** The value of position 0. */
  public T0 f0;

  /** The value of position 1. */
  public T1 f1;

  /** The value of position 2. */
  public T2 f2;

  /** All fields null. */
  public Tuple3() {}

  /** The values in order. */
  public Tuple3(T0 f0, T1 f1, T2 f2) {
    this.f0 = f0;
    this.f1 = f1;
    this.f2 = f2;
  }

  /** The values in order. */
  public static <T0, T1, T2> Tuple3<T0, T1, T2> of(T0 f0, T1 f1, T2 f2) {
    return new Tuple3<>(f0, f1, f2);
  }

  /** Sets all fields. */
  public void setFields(T0 value0, T1 value1, T2 value2) {
    f0 = value0;
    f1 = value1;
    f2 = value2;
  }

  /** A tuple of the same values. */
  public Tuple3<T0, T1, T2> copy() {
    return new Tuple3<>(f0, f1, f2);
  }

  @Override
  public int getArity() {
    return 3;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> T getField(int position) {
    return switch (position) {
      case 0 -> (T) f0;
      case 1 -> (T) f1;
      case 2 -> (T) f2;
      default -> throw noField(position);
    };
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> void setField(T value, int position) {
    switch (position) {
      case 0 -> f0 = (T0) value;
      case 1 -> f1 = (T1) value;
      case 2 -> f2 = (T2) value;
      default -> throw noField(position);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tuple3<?, ?, ?> that
        && Objects.equals(f0, that.f0)
        && Objects.equals(f1, that.f1)
        && Objects.equals(f2, that.f2);
  }

  @Override
  public int hashCode() {
    return Objects.hash(f0, f1, f2);
  }
}
