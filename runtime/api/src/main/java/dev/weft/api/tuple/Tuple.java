package dev.weft.api.tuple;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** Some values side by side, in the fields {@code f0}, {@code f1} and so on. */
public abstract sealed class Tuple implements Serializable
    permits Tuple2, Tuple3, Tuple4, Tuple5, Tuple6 {
  private static final long serialVersionUID = 1;

  Tuple() {}

  /** How many fields there are. */
  public abstract int getArity();

  /**
   * The field of a position, from 0.
   *
   * @throws IndexOutOfBoundsException when there is none
   */
  public abstract <T> T getField(int position);

  /** Sets the field of a position, from 0. */
  public abstract <T> void setField(T value, int position);

  final IndexOutOfBoundsException noField(int position) {
    return new IndexOutOfBoundsException(
        "a tuple of " + getArity() + " has no field of position " + position);
  }

  @Override
  public final String toString() {
    List<String> fields = new ArrayList<>();
    for (int i = 0; i < getArity(); i++) {
      fields.add(String.valueOf(this.<Object>getField(i)));
    }
    return "(" + String.join(",", fields) + ")";
  }
}
