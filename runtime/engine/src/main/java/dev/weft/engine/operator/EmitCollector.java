package dev.weft.engine.operator;

import dev.weft.api.OutputTag;
import dev.weft.api.error.WeftException;
import dev.weft.api.functions.Collector;

/**
 * What user functions emit through: open during a call of the operator, for the thread of that call
 * only. Failures of the operators behind it pass through user code unchanged, even where the user
 * catches them.
 */
public final class EmitCollector implements Collector<Object> {
  private final OperatorSite site;
  private Output out;
  private Thread owner;
  private long timestamp;
  private Throwable behind;
  private volatile WeftException misuse;

  EmitCollector(OperatorSite site) {
    this.site = site;
  }

  /** Opens the collector for a call. */
  public void begin(Output target) {
    if (misuse != null) {
      throw misuse;
    }
    out = target;
    owner = Thread.currentThread();
  }

  /** Closes the collector. */
  public void end() {
    out = null;
    owner = null;
  }

  /** Sets the event time of what is emitted next. */
  public void timestamp(long millis) {
    timestamp = millis;
  }

  /**
   * Fails when something behind the collector failed and user code swallowed it, and when another
   * thread emitted.
   */
  public void check() throws Exception {
    if (misuse != null) {
      throw misuse;
    }
    if (behind != null) {
      rethrow(behind);
    }
  }

  /** What someone emitted where they may not; null nothing. */
  WeftException misuse() {
    return misuse;
  }

  /** Turns what a user function threw into the failure to report. */
  public Exception failure(Throwable thrown, Object record) throws Exception {
    check();
    return site.atRecord(thrown, record, timestamp);
  }

  @Override
  public void collect(Object record) {
    if (Thread.currentThread() != owner) {
      throw misused();
    }
    try {
      out.emit(record, timestamp);
    } catch (Throwable t) {
      behind = t;
      throw t;
    }
  }

  /** Emits to a side output. */
  public void collect(OutputTag<?> tag, Object record) {
    if (Thread.currentThread() != owner) {
      throw misused();
    }
    if (tag == null) {
      throw site.misuse("emits to a side output whose tag is null");
    }
    try {
      out.emit(tag, record, timestamp);
    } catch (Throwable t) {
      behind = t;
      throw t;
    }
  }

  private WeftException misused() {
    String when =
        owner == null
            ? "emits after the call of its function, or after close,"
            : "emits from another thread,";
    WeftException failure =
        site.misuse(
            when
                + " in thread '"
                + Thread.currentThread().getName()
                + "'; emit only during the call that the collector was passed to, in its thread");
    misuse = failure;
    return failure;
  }

  private static void rethrow(Throwable thrown) throws Exception {
    if (thrown instanceof Error error) {
      throw error;
    }
    throw (Exception) thrown;
  }
}
