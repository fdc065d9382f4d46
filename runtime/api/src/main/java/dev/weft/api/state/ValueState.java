package dev.weft.api.state;

import java.io.IOException;

/**
 * One value per key.
 *
 * @param <T> the value
 */
public interface ValueState<T> extends State {
  /** The value, or null where there is none. */
  T value() throws IOException;

  /** Sets the value; null clears it. */
  void update(T value) throws IOException;
}
