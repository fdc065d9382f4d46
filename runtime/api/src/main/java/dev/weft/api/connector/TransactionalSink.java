package dev.weft.api.connector;

import java.io.IOException;

/**
 * A sink whose output becomes visible only by a commit after the checkpoint that covers it is
 * durable. Writers stage; the committer, on the job's leader, publishes.
 *
 * @param <T> the records
 * @param <CommT> names staged output: a file, a transaction
 */
public interface TransactionalSink<T, CommT> extends Sink<T> {
  @Override
  CommittingSinkWriter<T, CommT> createWriter(SinkWriterContext context) throws IOException;

  /** Makes the committer; there is one for all subtasks, on the leader. */
  Committer<CommT> createCommitter(CommitterContext context) throws IOException;

  /** How committables are written into checkpoints. */
  SimpleVersionedSerializer<CommT> getCommittableSerializer();
}
