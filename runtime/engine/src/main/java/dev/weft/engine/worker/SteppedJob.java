package dev.weft.engine.worker;

import dev.weft.api.config.Configuration;
import dev.weft.api.error.WeftException;
import dev.weft.api.eventtime.WatermarkAlignmentParams;
import dev.weft.engine.exchange.ChannelKey;
import dev.weft.engine.exchange.InputGate;
import dev.weft.engine.exchange.LocalChannel;
import dev.weft.engine.exchange.OutputGate;
import dev.weft.engine.exchange.RecordCheck;
import dev.weft.engine.exec.Tasklet;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.protocol.EdgeSpec;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.protocol.OperatorSnapshot;
import dev.weft.engine.protocol.TaskDeployment;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.TaskMetrics;
import dev.weft.engine.protocol.TaskState;
import dev.weft.engine.protocol.ToWorker;
import dev.weft.engine.protocol.VertexSpec;
import dev.weft.engine.worker.snapshot.CheckpointFiles;
import dev.weft.engine.world.Verify;
import dev.weft.engine.world.World;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The tasks of a job without threads: the caller makes them take steps. Vertices that the
 * deployment has no task of are played by the caller, who holds the far ends of their channels.
 * What {@code weft-testing} runs programs on. Used by one thread.
 */
public final class SteppedJob implements AutoCloseable {
  private final World world;
  private final MemoryPool memory;
  private final TaskPlan.Room room;
  private final ToWorker.DeployTasks deployment;
  private final TaskWiring wiring;
  private final Map<TaskId, Stepped> tasks = new LinkedHashMap<>();
  private final List<FrozenTask> frozen = new ArrayList<>();
  private FailureReport failure;

  private SteppedJob(
      World world,
      String workerId,
      WorkerSettings.Resources resources,
      ToWorker.DeployTasks deployment) {
    this.world = world;
    this.memory = MemoryPool.root("the worker", resources.memoryBytes());
    this.room =
        new TaskPlan.Room(
            memory,
            resources.scratch(),
            resources.states(Configuration.of(deployment.configuration()), memory),
            new HashSet<>(),
            CheckpointFiles.of(world.files()),
            resources.catalog());
    this.deployment = deployment;
    this.wiring = new TaskWiring(workerId, null, world, deployment);
  }

  /**
   * Sets up and starts the tasks of a deployment, on the calling thread.
   *
   * @param workerId where, according to the deployment, every task runs
   * @throws WeftException when an operator does not open
   */
  public static SteppedJob start(
      World world,
      String workerId,
      WorkerSettings.Resources resources,
      ToWorker.DeployTasks deployment)
      throws IOException {
    SteppedJob job = new SteppedJob(world, workerId, resources, deployment);
    boolean started = false;
    try {
      for (TaskDeployment task : deployment.tasks()) {
        job.open(task);
      }
      job.tasks.values().forEach(task -> task.mailbox.put(new TaskCommand.Start()));
      started = true;
      return job;
    } finally {
      if (!started) {
        job.close();
      }
    }
  }

  private void open(TaskDeployment task) throws IOException {
    TaskPlan plan =
        new TaskPlan(
            world,
            wiring.vertex(task.task().vertex()),
            task,
            deployment.jobName(),
            deployment.attempt(),
            Configuration.of(deployment.configuration()),
            deployment.artifacts(),
            room);
    Stepped stepped = new Stepped();
    TaskSetup.Opened opened;
    try {
      opened = TaskSetup.open(plan, stepped, stepped.mailbox, stepped.counters);
    } catch (OperatorFailure e) {
      FailureReport report = Failures.report(e, plan.name());
      throw new WeftException(report.code(), report.message(), e.getCause());
    }
    InputGate gate = wiring.inputs(opened, stepped.mailbox);
    opened.chain().connect(wiring.outputs(opened, stepped.mailbox));
    stepped.task = new Task(opened, gate, stepped.mailbox, stepped, world.clock());
    tasks.put(task.task(), stepped);
  }

  /** The gates of the outgoing edges of a subtask that the caller plays. */
  public List<OutputGate> producer(int vertex, int subtask) throws IOException {
    ChainSpec chain = chain(vertex);
    List<OutputGate> gates = new ArrayList<>();
    for (ChainSpec.Output output : chain.outputs()) {
      VertexSpec target = wiring.vertex(deployment.edges().get(output.edge()).target());
      List<LocalChannel> channels = new ArrayList<>();
      for (int consumer = 0; consumer < target.parallelism(); consumer++) {
        channels.add(channel(output.edge(), subtask, consumer));
      }
      gates.add(
          new OutputGate(
              output.partitioning(),
              channels,
              target.maxParallelism(),
              RecordCheck.NONE,
              output.consumer()));
    }
    return gates;
  }

  /** The gate of a subtask that the caller plays. */
  public InputGate consumer(int vertex, int subtask) throws IOException {
    List<InputGate.Source> sources = new ArrayList<>();
    for (ChainSpec.Input input : chain(vertex).inputs()) {
      EdgeSpec edge = deployment.edges().get(input.edge());
      for (int producer = 0; producer < wiring.vertex(edge.source()).parallelism(); producer++) {
        sources.add(new InputGate.Source(channel(input.edge(), producer, subtask), input.input()));
      }
    }
    return new InputGate(sources, world.clock());
  }

  private ChainSpec chain(int vertex) throws IOException {
    return ChainReader.read(
        wiring.vertex(vertex), world.code().open(deployment.jobId(), deployment.artifacts()));
  }

  private LocalChannel channel(int edge, int producer, int consumer) {
    return wiring.local(
        new ChannelKey(
            JobAttempt.Scope.of(deployment).name(),
            deployment.attempt(),
            edge,
            producer,
            consumer));
  }

  /**
   * Calls every task once.
   *
   * @return whether one of them did something
   * @throws WeftException when one failed
   */
  public boolean step() {
    boolean worked = false;
    for (Stepped task : tasks.values()) {
      if (!task.ended) {
        worked |= task.task.call() == Tasklet.Progress.MADE;
      }
      if (failure != null) {
        throw new WeftException(
            failure.code(), failure.message() + "\n" + failure.stackTrace(), null);
      }
    }
    return worked;
  }

  /**
   * Makes durable what tasks fixed at the last barrier, and tells them that the checkpoint is
   * complete.
   *
   * @param path of the file that takes what is not small; its directory exists
   * @return by task, the state of its operators
   */
  public Map<TaskId, List<OperatorSnapshot>> write(String path) throws IOException {
    Verify.verify(
        frozen.size() == tasks.size(), "%s of %s tasks froze", frozen.size(), tasks.size());
    Map<TaskId, List<OperatorSnapshot>> written = new TreeMap<>();
    long checkpointId = frozen.isEmpty() ? 0 : frozen.get(0).checkpointId();
    for (SnapshotFile.Written part :
        SnapshotFile.write(SnapshotFile.plain(world.files()), path, List.copyOf(frozen))) {
      written.put(part.task().task(), part.operators());
    }
    frozen.clear();
    tasks.values().forEach(task -> task.mailbox.put(new TaskCommand.Completed(checkpointId)));
    return written;
  }

  /** The metrics of user functions, and under {@code lateRecords} what came too late. */
  public Map<String, Long> counters() {
    Map<String, Long> sums = new TreeMap<>();
    for (Map.Entry<TaskId, Stepped> task : tasks.entrySet()) {
      TaskCounters counters = task.getValue().counters;
      counters.ask();
      counters.read(false, world.clock());
      TaskMetrics metrics = counters.metrics(task.getKey(), deployment.attempt(), 0);
      metrics
          .user()
          .values()
          .forEach((name, value) -> sums.merge(name, value.longValue(), Long::sum));
      sums.merge("lateRecords", metrics.lateRecordsDropped(), Long::sum);
    }
    return sums;
  }

  /** Ends all tasks. */
  @Override
  public void close() {
    for (Stepped task : tasks.values()) {
      task.mailbox.put(new TaskCommand.Cancel());
      while (!task.ended) {
        task.task.call();
      }
    }
    frozen.forEach(FrozenTask::release);
    frozen.clear();
    memory.close();
  }

  /** A task and what it tells. */
  private final class Stepped implements TaskEvents {
    final Mailbox mailbox = new Mailbox();
    final TaskCounters counters = new TaskCounters();
    Task task;
    boolean ended;

    @Override
    public void changed(TaskState state, FailureReport why) {
      ended = state == TaskState.FAILED || state == TaskState.CANCELED;
      if (why != null && failure == null) {
        failure = why;
      }
    }

    @Override
    public void frozen(FrozenTask snapshot) {
      frozen.add(snapshot);
    }

    @Override
    public void declined(long checkpointId, FailureReport why) {
      failure = why;
    }

    @Override
    public void splits(int taken, List<byte[]> since) {}

    @Override
    public void splitWanted() {}

    @Override
    public void watermarkReached(WatermarkAlignmentParams alignment, long watermark) {
      mailbox.put(new TaskCommand.Allowed(Long.MAX_VALUE));
    }
  }
}
