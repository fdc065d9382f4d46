package dev.weft.engine.server.rocks;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the native objects that are open, by kind, so that a test can tell when one was left open.
 * Thread-safe.
 */
public final class NativeHandles {
  private final Map<String, AtomicLong> open = new ConcurrentHashMap<>();

  /** Notes an object and returns it. */
  <T extends AutoCloseable> T opened(T object) {
    count(object).incrementAndGet();
    return object;
  }

  /** Closes an object and forgets it. */
  void close(AutoCloseable object) {
    count(object).decrementAndGet();
    try {
      object.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("a native object could not be closed: " + e, e);
    }
  }

  private AtomicLong count(AutoCloseable object) {
    return open.computeIfAbsent(object.getClass().getSimpleName(), kind -> new AtomicLong());
  }

  /** How many objects of each kind are open; kinds without any are left out. */
  public Map<String, Long> open() {
    Map<String, Long> counts = new TreeMap<>();
    open.forEach(
        (kind, count) -> {
          if (count.get() != 0) {
            counts.put(kind, count.get());
          }
        });
    return counts;
  }
}
