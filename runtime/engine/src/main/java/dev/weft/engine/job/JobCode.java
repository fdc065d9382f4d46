package dev.weft.engine.job;

import dev.weft.api.config.Configuration;
import dev.weft.api.connector.Committable;
import dev.weft.api.connector.Committer;
import dev.weft.api.connector.CommitterContext;
import dev.weft.api.connector.SimpleVersionedSerializer;
import dev.weft.api.connector.Source;
import dev.weft.api.connector.TransactionalSink;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileStore;
import dev.weft.api.graph.Operation;
import dev.weft.engine.checkpoint.SinkPublisher;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.protocol.Artifact;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.protocol.CommittableBytes;
import dev.weft.engine.protocol.VertexSpec;
import dev.weft.engine.world.World;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectStreamClass;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The parts of the user's program that run on the leader: its sources and transactional sinks, read
 * with the job's class loader. Immutable once loaded; {@link #load} blocks.
 */
final class JobCode implements SinkPublisher.Factory {
  private final JobPlan plan;
  private final FileStore files;
  private final Configuration configuration;
  private final Map<String, Source<?, ?, ?>> sources = new TreeMap<>();
  private final Map<String, TransactionalSink<?, ?>> sinks = new TreeMap<>();

  private JobCode(JobPlan plan, FileStore files, Configuration configuration) {
    this.plan = plan;
    this.files = files;
    this.configuration = configuration;
  }

  /**
   * Fetches the job's jars and reads its sources and sinks.
   *
   * @throws WeftException with code USER when classes are missing or the program can not be read
   */
  static JobCode load(
      World world, JobPlan plan, List<Artifact> artifacts, Configuration configuration)
      throws IOException {
    ClassLoader loader = world.code().open(plan.jobId(), artifacts);
    JobCode code = new JobCode(plan, world.files(), configuration);
    Set<Integer> vertices = new TreeSet<>(plan.sources().values());
    vertices.addAll(plan.transactionalSinks().values());
    for (int vertex : vertices) {
      code.collect(read(plan.vertices().get(vertex), loader));
    }
    plan.sources().keySet().forEach(uid -> require(code.sources.get(uid), "source", uid));
    plan.transactionalSinks().keySet().forEach(uid -> require(code.sinks.get(uid), "sink", uid));
    return code;
  }

  private static void require(Object found, String kind, String uid) {
    if (found == null) {
      throw new WeftException(
          ErrorCode.ENGINE, "The plan names a " + kind + " " + uid + " that its chains lack");
    }
  }

  private void collect(ChainSpec chain) {
    for (ChainSpec.OperatorSpec operator : chain.operators()) {
      if (operator.operation() instanceof Operation.FromSource<?> from) {
        sources.put(operator.uid(), from.source());
      } else if (operator.operation() instanceof Operation.ToSink<?> to
          && to.sink() instanceof TransactionalSink<?, ?> sink) {
        sinks.put(operator.uid(), sink);
      }
    }
  }

  private static ChainSpec read(VertexSpec vertex, ClassLoader loader) {
    try (ObjectInputStream in = new LoaderInput(new ByteArrayInputStream(vertex.chain()), loader)) {
      return (ChainSpec) in.readObject();
    } catch (ClassNotFoundException | NoClassDefFoundError e) {
      throw new WeftException(
          ErrorCode.USER,
          "The class "
              + e.getMessage()
              + " of vertex "
              + vertex.name()
              + " is not in the job's jars: add the jar that has it",
          e);
    } catch (IOException | RuntimeException | LinkageError e) {
      throw new WeftException(
          ErrorCode.USER, "The vertex " + vertex.name() + " can not be read: " + e, e);
    }
  }

  JobPlan plan() {
    return plan;
  }

  FileStore files() {
    return files;
  }

  Configuration configuration() {
    return configuration;
  }

  Source<?, ?, ?> source(String uid) {
    return sources.get(uid);
  }

  @Override
  public SinkPublisher open(String sinkUid) throws IOException {
    return publisher(sinkUid, sinks.get(sinkUid));
  }

  private <CommT> SinkPublisher publisher(String uid, TransactionalSink<?, CommT> sink)
      throws IOException {
    Committer<CommT> committer = sink.createCommitter(new Context(uid));
    return new Publisher<>(committer, sink.getCommittableSerializer());
  }

  /** What a committer may use. */
  private final class Context implements CommitterContext {
    private final String sinkUid;

    Context(String sinkUid) {
      this.sinkUid = sinkUid;
    }

    @Override
    public String jobId() {
      return plan.jobId();
    }

    @Override
    public String sinkUid() {
      return sinkUid;
    }

    @Override
    public FileStore files() {
      return files;
    }

    @Override
    public Configuration configuration() {
      return configuration;
    }
  }

  /** A committer behind its serializer. */
  private record Publisher<CommT>(
      Committer<CommT> committer, SimpleVersionedSerializer<CommT> serializer)
      implements SinkPublisher {
    @Override
    public List<CommittableBytes> commit(List<CommittableBytes> committables, boolean all)
        throws IOException {
      Map<Committable<CommT>, CommittableBytes> values = new IdentityHashMap<>();
      List<Committable<CommT>> given = new ArrayList<>();
      for (CommittableBytes bytes : committables) {
        CommT value;
        try {
          value = serializer.deserialize(bytes.version(), bytes.bytes());
        } catch (IOException e) {
          throw new WeftException(
              ErrorCode.ENGINE,
              "The committable " + bytes.transactionId() + " can not be read: " + e.getMessage(),
              e);
        }
        Committable<CommT> committable =
            new Committable<>(bytes.checkpointId(), bytes.subtask(), bytes.attempt(), value);
        given.add(committable);
        values.put(committable, bytes);
      }
      List<CommittableBytes> waiting = new ArrayList<>();
      for (Committable<CommT> committable : committer.commitDue(given, all)) {
        waiting.add(values.get(committable));
      }
      return waiting;
    }

    @Override
    public void finish(boolean succeeded) throws IOException {
      committer.finish(succeeded);
    }

    @Override
    public void close() throws IOException {
      try {
        committer.close();
      } catch (IOException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException("The committer could not be closed", e);
      }
    }
  }

  /** Reads objects whose classes come from a job's loader. */
  private static final class LoaderInput extends ObjectInputStream {
    private final ClassLoader loader;

    LoaderInput(InputStream in, ClassLoader loader) throws IOException {
      super(in);
      this.loader = loader;
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass description)
        throws IOException, ClassNotFoundException {
      try {
        return Class.forName(description.getName(), false, loader);
      } catch (ClassNotFoundException e) {
        return super.resolveClass(description);
      }
    }
  }
}
