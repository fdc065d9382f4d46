package dev.weft.engine.state.keyed;

import dev.weft.api.state.ListState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A list whose elements expire one by one. */
final class ExpiringList<T> implements ListState<T> {
  private final ListState<Stamped> kept;
  private final TimeToLive life;

  ExpiringList(ListState<Stamped> kept, TimeToLive life) {
    this.kept = kept;
    this.life = life;
  }

  @Override
  @SuppressWarnings("unchecked")
  public Iterable<T> get() throws Exception {
    List<Stamped> all = new ArrayList<>();
    kept.get().forEach(all::add);
    if (all.isEmpty()) {
      return List.of();
    }
    List<Stamped> live = life.liveElements(all, life.nowMillis());
    List<T> seen = new ArrayList<>();
    for (Stamped element : life.showsExpired() ? all : live == null ? List.<Stamped>of() : live) {
      seen.add((T) element.value());
    }
    if (live != null && life.renewsOnRead()) {
      List<Stamped> renewed = new ArrayList<>();
      live.forEach(element -> renewed.add(life.stamp(element.value())));
      kept.update(renewed);
    } else if (live != all) {
      kept.update(live);
    }
    return Collections.unmodifiableList(seen);
  }

  @Override
  public void add(T value) throws Exception {
    kept.add(stamp(value));
  }

  @Override
  public void addAll(List<T> values) throws Exception {
    kept.addAll(stamps(values));
  }

  @Override
  public void update(List<T> values) throws Exception {
    kept.update(values == null ? null : stamps(values));
  }

  private List<Stamped> stamps(List<T> values) {
    List<Stamped> stamps = new ArrayList<>(values.size());
    values.forEach(value -> stamps.add(stamp(value)));
    return stamps;
  }

  /** A null stays one, so that the list refuses it in its own words. */
  private Stamped stamp(T value) {
    return value == null ? null : life.stamp(value);
  }

  @Override
  public void clear() {
    kept.clear();
  }
}
