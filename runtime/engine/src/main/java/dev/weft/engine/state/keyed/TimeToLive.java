package dev.weft.engine.state.keyed;

import dev.weft.api.state.StateTtlConfig;
import dev.weft.api.state.StateTtlConfig.StateVisibility;
import dev.weft.api.state.StateTtlConfig.UpdateType;
import dev.weft.engine.state.Expiry;
import dev.weft.engine.world.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How long stamped values live, alone or as elements of lists or values of maps. */
final class TimeToLive implements Expiry {
  private final StateTtlConfig config;
  private final Clock clock;
  private final long millis;

  TimeToLive(StateTtlConfig config, Clock clock) {
    this.config = config;
    this.clock = clock;
    this.millis = config.getTimeToLive().toMillis();
  }

  @Override
  public long nowMillis() {
    return clock.currentTimeMillis();
  }

  /** A value whose life begins now. */
  Stamped stamp(Object value) {
    return new Stamped(nowMillis(), value);
  }

  boolean expired(Stamped stamped, long nowMillis) {
    return nowMillis - stamped.millis() >= millis;
  }

  /** Whether what has expired but is still there may be read. */
  boolean showsExpired() {
    return config.getStateVisibility() == StateVisibility.ReturnExpiredIfNotCleanedUp;
  }

  /** Whether a read makes a life begin anew. */
  boolean renewsOnRead() {
    return config.getUpdateType() == UpdateType.OnReadAndWrite;
  }

  @Override
  public boolean inSnapshots() {
    return config.cleansUpInSnapshots();
  }

  @Override
  public int keysPerRecord() {
    return config.cleanupSize();
  }

  @Override
  @SuppressWarnings("unchecked")
  public Object live(Object value, long nowMillis) {
    if (value instanceof Stamped stamped) {
      return expired(stamped, nowMillis) ? null : value;
    }
    return value instanceof List<?>
        ? liveElements((List<Stamped>) value, nowMillis)
        : liveEntries((Map<Object, Stamped>) value, nowMillis);
  }

  List<Stamped> liveElements(List<Stamped> elements, long nowMillis) {
    List<Stamped> live = new ArrayList<>();
    for (Stamped element : elements) {
      if (!expired(element, nowMillis)) {
        live.add(element);
      }
    }
    return live.size() == elements.size() ? elements : live.isEmpty() ? null : live;
  }

  private Map<Object, Stamped> liveEntries(Map<Object, Stamped> entries, long nowMillis) {
    Map<Object, Stamped> live = new LinkedHashMap<>();
    entries.forEach(
        (key, value) -> {
          if (!expired(value, nowMillis)) {
            live.put(key, value);
          }
        });
    return live.size() == entries.size() ? entries : live.isEmpty() ? null : live;
  }
}
