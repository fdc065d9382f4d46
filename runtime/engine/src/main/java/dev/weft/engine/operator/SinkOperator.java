package dev.weft.engine.operator;

import dev.weft.api.config.Configuration;
import dev.weft.api.connector.CommittingSinkWriter;
import dev.weft.api.connector.SimpleVersionedSerializer;
import dev.weft.api.connector.Sink;
import dev.weft.api.connector.SinkWriter;
import dev.weft.api.connector.SinkWriterContext;
import dev.weft.api.connector.TransactionalSink;
import dev.weft.api.fs.FileStore;
import dev.weft.api.graph.Operation;
import dev.weft.engine.batch.HiddenCopies;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.protocol.ChainSpec;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes to a sink. At a barrier the writer is flushed; a transactional one also names what it
 * staged, and the leader commits that when the checkpoint is complete.
 */
final class SinkOperator implements Operator {
  private final ChainSpec.OperatorSpec spec;
  private final Sink<Object> sink;
  private final RowLoop<SinkOperator> loop;
  private final SimpleVersionedSerializer<Object> serializer;
  private OperatorContext context;
  private boolean finished;
  OperatorSite site;
  SinkWriter<Object> writer;

  @SuppressWarnings("unchecked")
  SinkOperator(ChainSpec.OperatorSpec spec, Operation.ToSink<?> toSink) {
    this.spec = spec;
    this.sink = (Sink<Object>) FunctionOperator.required(toSink.sink(), spec);
    this.loop = HiddenCopies.loop(MethodHandles.lookup(), Loop.class, sink.getClass());
    this.serializer =
        sink instanceof TransactionalSink<?, ?> transactional
            ? (SimpleVersionedSerializer<Object>) transactional.getCommittableSerializer()
            : null;
  }

  @Override
  public void open(OperatorContext operatorContext) throws Exception {
    context = operatorContext;
    site = new OperatorSite(spec.name(), spec.createdAt(), context.task().subtask());
    try {
      writer = sink.createWriter(new WriterContext());
    } catch (Throwable t) {
      throw site.inConnector("createWriter", t);
    }
  }

  @Override
  public void process(int input, ObjectBatch batch, Output out) throws Exception {
    loop.run(this, batch, out);
  }

  @Override
  public void finish(Output out) throws Exception {
    flush(true);
    finished = true;
  }

  @Override
  public Snapshot snapshot(long checkpointId) throws Exception {
    if (!finished) {
      flush(false);
    }
    if (serializer == null) {
      return Snapshot.EMPTY;
    }
    List<byte[]> committables = new ArrayList<>();
    try {
      for (Object committable : prepare(checkpointId)) {
        committables.add(serializer.serialize(committable));
      }
    } catch (Throwable t) {
      throw site.inConnector("prepareCommit of its writer", t);
    }
    return new Snapshot(null, List.of(), committables, serializer.getVersion());
  }

  @SuppressWarnings("unchecked")
  private List<Object> prepare(long checkpointId) throws IOException {
    CommittingSinkWriter<Object, Object> committing = (CommittingSinkWriter<Object, Object>) writer;
    return context.inSavepoint()
        ? committing.prepareSavepoint(checkpointId)
        : committing.prepareCommit(checkpointId);
  }

  private void flush(boolean endOfInput) {
    try {
      writer.flush(endOfInput);
    } catch (Throwable t) {
      throw site.inConnector("flush of its writer", t);
    }
  }

  @Override
  public void close() {
    if (writer == null) {
      return;
    }
    try {
      writer.close();
    } catch (Throwable t) {
      throw site.inConnector("close of its writer", t);
    }
  }

  static final class Loop implements RowLoop<SinkOperator> {
    @Override
    public void run(SinkOperator owner, ObjectBatch batch, Output out) throws Exception {
      SinkWriter<Object> writer = owner.writer;
      Object[] values = batch.values();
      long[] timestamps = batch.timestamps();
      int size = batch.size();
      for (int row = 0; row < size; row++) {
        long timestamp = timestamps == null ? ObjectBatch.NO_TIMESTAMP : timestamps[row];
        try {
          writer.write(values[row], timestamp);
        } catch (Throwable t) {
          throw owner.site.inWrite(t, values[row], timestamp);
        }
      }
    }
  }

  /** What the writer sees. */
  private final class WriterContext implements SinkWriterContext {
    @Override
    public String jobId() {
      return context.task().jobId();
    }

    @Override
    public String sinkUid() {
      return spec.uid();
    }

    @Override
    public int subtaskIndex() {
      return context.task().subtask();
    }

    @Override
    public int parallelism() {
      return context.parallelism();
    }

    @Override
    public int attempt() {
      return context.attempt();
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
