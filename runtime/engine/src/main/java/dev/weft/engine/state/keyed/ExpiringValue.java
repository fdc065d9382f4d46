package dev.weft.engine.state.keyed;

import dev.weft.api.state.ValueState;
import java.io.IOException;

/** A value that expires. */
final class ExpiringValue<T> implements ValueState<T> {
  private final ValueState<Stamped> kept;
  private final TimeToLive life;

  ExpiringValue(ValueState<Stamped> kept, TimeToLive life) {
    this.kept = kept;
    this.life = life;
  }

  @Override
  @SuppressWarnings("unchecked")
  public T value() throws IOException {
    Stamped stamped = kept.value();
    if (stamped == null) {
      return null;
    }
    if (life.expired(stamped, life.nowMillis())) {
      kept.clear();
      return life.showsExpired() ? (T) stamped.value() : null;
    }
    if (life.renewsOnRead()) {
      kept.update(life.stamp(stamped.value()));
    }
    return (T) stamped.value();
  }

  @Override
  public void update(T value) throws IOException {
    kept.update(value == null ? null : life.stamp(value));
  }

  @Override
  public void clear() {
    kept.clear();
  }
}
