package dev.weft.simulator.broken;

import dev.weft.api.config.Configuration;
import dev.weft.api.connector.Committer;
import dev.weft.api.connector.CommitterContext;
import dev.weft.api.connector.CommittingSinkWriter;
import dev.weft.api.connector.SimpleVersionedSerializer;
import dev.weft.api.connector.SinkWriterContext;
import dev.weft.api.connector.TransactionalSink;
import dev.weft.api.fs.FileStore;
import java.io.IOException;
import java.time.InstantSource;

/**
 * A sink that believes every attempt of a job to be the first, so that names of staged output
 * repeat: the planted bug {@code REUSED_TRANSACTION_ID}.
 */
public record RepeatingSink<T, C>(TransactionalSink<T, C> sink) implements TransactionalSink<T, C> {
  @Override
  public CommittingSinkWriter<T, C> createWriter(SinkWriterContext context) throws IOException {
    return sink.createWriter(new FirstAttempt(context));
  }

  @Override
  public Committer<C> createCommitter(CommitterContext context) throws IOException {
    return sink.createCommitter(context);
  }

  @Override
  public SimpleVersionedSerializer<C> getCommittableSerializer() {
    return sink.getCommittableSerializer();
  }

  private record FirstAttempt(SinkWriterContext context) implements SinkWriterContext {
    @Override
    public String jobId() {
      return context.jobId();
    }

    @Override
    public String sinkUid() {
      return context.sinkUid();
    }

    @Override
    public int subtaskIndex() {
      return context.subtaskIndex();
    }

    @Override
    public int parallelism() {
      return context.parallelism();
    }

    @Override
    public int attempt() {
      return 1;
    }

    @Override
    public FileStore files() {
      return context.files();
    }

    @Override
    public Configuration configuration() {
      return context.configuration();
    }

    @Override
    public InstantSource clock() {
      return context.clock();
    }
  }
}
