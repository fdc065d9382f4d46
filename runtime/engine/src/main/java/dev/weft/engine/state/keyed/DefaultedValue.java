package dev.weft.engine.state.keyed;

import dev.weft.api.state.ValueState;
import dev.weft.engine.batch.ColumnCodec;
import java.io.IOException;

/** A value that reads as a default where there is none. */
record DefaultedValue<T>(ValueState<T> kept, T defaultValue, ColumnCodec codec)
    implements ValueState<T> {
  @Override
  @SuppressWarnings("unchecked")
  public T value() throws IOException {
    T value = kept.value();
    if (value != null) {
      return value;
    }
    return codec.immutable() ? defaultValue : (T) codec.copy(defaultValue);
  }

  @Override
  public void update(T value) throws IOException {
    kept.update(value);
  }

  @Override
  public void clear() {
    kept.clear();
  }
}
