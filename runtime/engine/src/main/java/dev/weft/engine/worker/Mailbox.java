package dev.weft.engine.worker;

import dev.weft.engine.exec.TaskletHandle;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Commands for one task, and the way to wake it. Written from any thread, read by the task's. */
final class Mailbox {
  private final Queue<TaskCommand> commands = new ConcurrentLinkedQueue<>();
  private volatile TaskletHandle handle;

  /** Says what to wake. */
  void attach(TaskletHandle tasklet) {
    handle = tasklet;
  }

  void put(TaskCommand command) {
    commands.add(command);
    wake();
  }

  TaskCommand poll() {
    return commands.poll();
  }

  boolean isEmpty() {
    return commands.isEmpty();
  }

  /** Makes the task run soon. */
  void wake() {
    TaskletHandle current = handle;
    if (current != null) {
      current.wake();
    }
  }
}
