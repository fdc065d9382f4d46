package dev.weft.engine.world;

import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** Runs blocking work off the control thread and brings its outcome back to it. */
public interface Background {
  /**
   * Runs work on some thread; {@code then} is called on the control thread. Callable from any
   * thread.
   */
  <T> void run(String name, Callable<T> work, Consumer<Outcome<T>> then);

  /** A lane whose pieces of work run one after another in the order given. */
  Lane lane(String name);

  /** Work in sequence. */
  interface Lane {
    /** Appends work; {@code then} is called on the control thread. */
    <T> void run(Callable<T> work, Consumer<Outcome<T>> then);

    /** Drops work that has not begun; its {@code then} is never called. */
    void close();
  }
}
