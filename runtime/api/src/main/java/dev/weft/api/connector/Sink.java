package dev.weft.api.connector;

import java.io.IOException;
import java.io.Serializable;

/**
 * A sink. A plain sink writes at least once; a {@link TransactionalSink} writes exactly once.
 *
 * @param <T> the records
 */
public interface Sink<T> extends Serializable {
  /**
   * Makes the writer of one subtask. May block; called on a thread of its own before the task runs,
   * after which the writer belongs to the task's thread.
   */
  SinkWriter<T> createWriter(SinkWriterContext context) throws IOException;

  /** Whether the writer may block. A writer that blocks runs on a thread of its own. */
  default boolean blocking() {
    return true;
  }
}
