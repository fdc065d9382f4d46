package dev.weft.simulator.broken;

import dev.weft.api.connector.Committer;
import dev.weft.api.connector.CommitterContext;
import dev.weft.api.connector.CommittingSinkWriter;
import dev.weft.api.connector.SimpleVersionedSerializer;
import dev.weft.api.connector.SinkWriterContext;
import dev.weft.api.connector.TransactionalSink;
import java.io.IOException;
import java.util.List;

/**
 * A sink whose writer leaves one of several staged files out of a checkpoint: the planted bug
 * {@code OPEN_FILE_FORGOTTEN}.
 */
public record CarelessSink<T, C>(TransactionalSink<T, C> sink) implements TransactionalSink<T, C> {
  /** Of so many checkpoints one is incomplete. */
  private static final int EVERY = 16;

  @Override
  public CommittingSinkWriter<T, C> createWriter(SinkWriterContext context) throws IOException {
    return new Writer<>(sink.createWriter(context));
  }

  @Override
  public Committer<C> createCommitter(CommitterContext context) throws IOException {
    return sink.createCommitter(context);
  }

  @Override
  public SimpleVersionedSerializer<C> getCommittableSerializer() {
    return sink.getCommittableSerializer();
  }

  private record Writer<T, C>(CommittingSinkWriter<T, C> writer)
      implements CommittingSinkWriter<T, C> {
    @Override
    public List<C> prepareCommit(long checkpointId) throws IOException {
      List<C> staged = writer.prepareCommit(checkpointId);
      return checkpointId % EVERY == 0 ? List.of() : staged;
    }

    @Override
    public void write(T record, long timestamp) throws IOException {
      writer.write(record, timestamp);
    }

    @Override
    public void flush(boolean endOfInput) throws IOException {
      writer.flush(endOfInput);
    }

    @Override
    public void close() throws IOException {
      writer.close();
    }
  }
}
