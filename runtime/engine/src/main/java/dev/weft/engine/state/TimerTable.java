package dev.weft.engine.state;

/**
 * Timers of one operator of one subtask, by key, time and a number that tells timers of one key and
 * time apart (a window's start). Setting a timer twice is setting it once.
 */
public interface TimerTable {
  /** Sets an event-time timer of the current key. */
  void setEvent(long time, long discriminator);

  /** Forgets an event-time timer of the current key. */
  void clearEvent(long time, long discriminator);

  /** Sets a processing-time timer of the current key. */
  void setProcessing(long time, long discriminator);

  /** Forgets a processing-time timer of the current key. */
  void clearProcessing(long time, long discriminator);

  /**
   * Fires all event-time timers up to and including a time, in the order of time, each with its key
   * selected in the store. Timers set meanwhile fire too when they are due.
   */
  void fireEvent(long upTo, Callback callback) throws Exception;

  /** Fires processing-time timers likewise. */
  void fireProcessing(long upTo, Callback callback) throws Exception;

  /** The time of the earliest processing-time timer, or {@link Long#MAX_VALUE}. */
  long nextProcessing();

  /** Called for a due timer. */
  interface Callback {
    /** Handles a timer; its key is the store's current key. */
    void onTimer(long time, long discriminator) throws Exception;
  }
}
