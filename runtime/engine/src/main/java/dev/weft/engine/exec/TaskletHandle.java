package dev.weft.engine.exec;

import java.lang.invoke.VarHandle;
import java.util.List;

/** A tasklet that runs: wakes it and knows which thread calls it. Thread-safe where not said. */
public final class TaskletHandle {
  private final Tasklet tasklet;

  /** Whether there may be something to do; cleared before a call. */
  private volatile boolean ready = true;

  private volatile Core core;
  private volatile boolean blocking;

  /** Written by the calling thread only. */
  private volatile long busyNanos;

  TaskletHandle(Tasklet tasklet, boolean blocking) {
    this.tasklet = tasklet;
    this.blocking = blocking;
  }

  /**
   * Makes the tasklet be called soon. The caller writes what there is to do before it wakes; a full
   * fence keeps that write before the look at the ready bit.
   */
  public void wake() {
    VarHandle.fullFence();
    if (!ready) {
      ready = true;
      Core current = core;
      if (current != null) {
        current.wake();
      }
    }
  }

  /** Interrupts the tasklet's thread when it has one of its own. */
  public void interrupt() {
    Core current = core;
    if (blocking && current != null) {
      current.interrupt();
    }
  }

  /** Whether the tasklet has a thread of its own. */
  public boolean blocking() {
    return blocking;
  }

  /** Where the tasklet's thread is now, for messages. */
  public List<StackTraceElement> stack() {
    Core current = core;
    return current == null ? List.of() : current.stack();
  }

  /** How long calls that made progress took, nanoseconds. */
  public long busyNanos() {
    return busyNanos;
  }

  /** For messages. */
  @Override
  public String toString() {
    return tasklet.name();
  }

  Tasklet tasklet() {
    return tasklet;
  }

  boolean ready() {
    return ready;
  }

  void ready(boolean value) {
    ready = value;
  }

  void place(Core on) {
    core = on;
  }

  void makeBlocking() {
    blocking = true;
  }

  void addBusy(long nanos) {
    busyNanos += nanos;
  }
}
