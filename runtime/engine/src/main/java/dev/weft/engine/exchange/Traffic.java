package dev.weft.engine.exchange;

/** Counts what a task sends to or receives from other workers; called on the task's thread. */
public interface Traffic {
  /** So many records more went over the network in so many bytes. */
  void add(int records, int bytes);
}
