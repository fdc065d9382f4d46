package dev.weft.engine.exec;

/**
 * A cooperative piece of work that owns no thread. A core calls it in turn with others; between two
 * calls it may move to another thread.
 */
public interface Tasklet {
  /** For messages. */
  String name();

  /** Whether it makes work for others out of nothing that a task of this process gave it. */
  default boolean isSource() {
    return false;
  }

  /**
   * Does a bounded amount of work, about a batch. Never throws: a tasklet turns its failures into
   * its own end.
   *
   * @return what to do next
   */
  Progress call();

  /** What a tasklet says after a call. */
  enum Progress {
    /** Did something; call again in turn. */
    MADE,
    /** Nothing to do until woken or until {@link Tasklet#nextCallNanos()}. */
    NONE,
    /** Never call again. */
    DONE
  }

  /** When to call at the latest, in the clock's nanoseconds; {@link Long#MAX_VALUE} when woken. */
  long nextCallNanos();
}
