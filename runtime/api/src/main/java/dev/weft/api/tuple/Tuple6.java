package dev.weft.api.tuple;

import java.util.Objects;

/** Six values side by side. */
public final class Tuple6<T0, T1, T2, T3, T4, T5> extends Tuple {
  private static final long serialVersionUID = 1;

  /** The value of position 0. */
  public T0 f0;

  /** The value of position 1. */
  public T1 f1;

  /** The value of position 2. */
  public T2 f2;

  /** The value of position 3. */
  public T3 f3;

  /** The value of position 4. */
  public T4 f4;

  /** The value of position 5. */
  public T5 f5;

  /** All fields null. */
  public Tuple6() {}

  /** The values in order. */
  public Tuple6(T0 f0, T1 f1, T2 f2, T3 f3, T4 f4, T5 f5) {
    this.f0 = f0;
    this.f1 = f1;
    this.f2 = f2;
    this.f3 = f3;
    this.f4 = f4;
    this.f5 = f5;
  }

  /** The values in order. */
  public static <T0, T1, T2, T3, T4, T5> Tuple6<T0, T1, T2, T3, T4, T5> of(
      T0 f0, T1 f1, T2 f2, T3 f3, T4 f4, T5 f5) {
    return new Tuple6<>(f0, f1, f2, f3, f4, f5);
  }

  /** Sets all fields. */
  public void setFields(T0 value0, T1 value1, T2 value2, T3 value3, T4 value4, T5 value5) {
    f0 = value0;
    f1 = value1;
    f2 = value2;
    f3 = value3;
    f4 = value4;
    f5 = value5;
  }

  /** A tuple of the same values. */
  public Tuple6<T0, T1, T2, T3, T4, T5> copy() {
    return new Tuple6<>(f0, f1, f2, f3, f4, f5);
  }

  @Override
  public int getArity() {
    return 6;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> T getField(int position) {
    return switch (position) {
      case 0 -> (T) f0;
      case 1 -> (T) f1;
      case 2 -> (T) f2;
      case 3 -> (T) f3;
      case 4 -> (T) f4;
      case 5 -> (T) f5;
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
      case 3 -> f3 = (T3) value;
      case 4 -> f4 = (T4) value;
      case 5 -> f5 = (T5) value;
      default -> throw noField(position);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tuple6<?, ?, ?, ?, ?, ?> that
        && Objects.equals(f0, that.f0)
        && Objects.equals(f1, that.f1)
        && Objects.equals(f2, that.f2)
        && Objects.equals(f3, that.f3)
        && Objects.equals(f4, that.f4)
        && Objects.equals(f5, that.f5);
  }

  @Override
  public int hashCode() {
    return Objects.hash(f0, f1, f2, f3, f4, f5);
  }
}
