package dev.weft.engine.worker;

import dev.weft.api.OutputTag;
import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.TaskManagerOptions;
import dev.weft.api.config.TaskManagerOptions.Compression;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.batch.BatchCodec;
import dev.weft.engine.exchange.Announcements;
import dev.weft.engine.exchange.ChannelEnd;
import dev.weft.engine.exchange.ChannelKey;
import dev.weft.engine.exchange.ChannelState;
import dev.weft.engine.exchange.DataExchange;
import dev.weft.engine.exchange.InputChannel;
import dev.weft.engine.exchange.InputGate;
import dev.weft.engine.exchange.LocalChannel;
import dev.weft.engine.exchange.OutputChannel;
import dev.weft.engine.exchange.OutputGate;
import dev.weft.engine.exchange.RecordCheck;
import dev.weft.engine.exchange.StoredExchange;
import dev.weft.engine.exchange.Traffic;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.protocol.EdgeKind;
import dev.weft.engine.protocol.EdgeSpec;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.TaskLocation;
import dev.weft.engine.protocol.ToWorker;
import dev.weft.engine.protocol.VertexSpec;
import dev.weft.engine.spill.PartitionedFile;
import dev.weft.engine.world.Oddity;
import dev.weft.engine.world.Rule;
import dev.weft.engine.world.Verify;
import dev.weft.engine.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Connects the tasks of one attempt of a job: by reference where both run in this worker, else over
 * the network. Used on the control thread.
 */
final class TaskWiring {
  /** Barriers are waited for as long as this share of the time between checkpoints. */
  private static final int PATIENCE_SHARE = 10;

  private static final long PATIENCE_NANOS_MIN = Duration.ofMillis(100).toNanos();
  private static final long PATIENCE_NANOS_MAX = Duration.ofSeconds(10).toNanos();

  /** After so long a consumer that could not be reached is tried again. */
  private static final long RECONNECT_MILLIS = 1_000;

  private static final long RECORD_BYTES_LEAST = 1 << 10;
  private static final long RECORD_BYTES_MOST = 48L << 20;

  private final String workerId;
  private final DataExchange exchange;
  private final World world;
  private final ToWorker.DeployTasks deployment;
  private final Compression compression;
  private final Map<Integer, EdgeSpec> edges = new LinkedHashMap<>();
  private final Map<Integer, VertexSpec> vertices = new LinkedHashMap<>();
  private final Map<TaskId, TaskLocation> locations = new LinkedHashMap<>();
  private final Map<Integer, Integer> parallelism = new LinkedHashMap<>();
  private final Map<ChannelKey, LocalChannel> local = new LinkedHashMap<>();

  /** What tasks keep for consumers that run later. */
  private final List<Kept> kept = new ArrayList<>();

  TaskWiring(String workerId, DataExchange exchange, World world, ToWorker.DeployTasks deployment) {
    this.workerId = workerId;
    this.exchange = exchange;
    this.world = world;
    this.deployment = deployment;
    this.compression =
        Configuration.of(deployment.configuration()).get(TaskManagerOptions.NETWORK_COMPRESSION);
    deployment.edges().forEach(edge -> edges.put(edge.index(), edge));
    deployment.vertices().forEach(vertex -> vertices.put(vertex.index(), vertex));
    for (TaskLocation location : deployment.locations()) {
      locations.put(location.task(), location);
      parallelism.merge(location.task().vertex(), 1, Integer::sum);
    }
  }

  VertexSpec vertex(int index) {
    VertexSpec vertex = vertices.get(index);
    Verify.verify(vertex != null, "the deployment does not say what vertex %s is", index);
    return vertex;
  }

  /**
   * The gate of a task, or null when it has no inputs.
   *
   * @param mailbox where failures of connections go
   */
  InputGate inputs(TaskSetup.Opened opened, Mailbox mailbox) {
    TaskId task = opened.task();
    List<InputGate.Source> sources = new ArrayList<>();
    for (ChainSpec.Input input : opened.spec().inputs()) {
      EdgeSpec edge = edge(input.edge());
      EdgeKind.Span producers =
          edge.kind()
              .producersOf(
                  task.subtask(), parallelism.get(edge.source()), parallelism.get(edge.target()));
      for (int producer = producers.first(); producer < producers.end(); producer++) {
        TaskLocation from = location(edge.source(), producer);
        ChannelKey key = key(edge, producer, task.subtask());
        EndMaker end = end(opened, mailbox, input.type(), false).announcing(sources.size());
        sources.add(new InputGate.Source(input(key, from, end), input.input(), edge.kind()));
      }
    }
    if (sources.isEmpty()) {
      return null;
    }
    long patienceNanos = patienceNanos(opened.plan().configuration());
    InputGate gate = new InputGate(sources, world.clock(), patienceNanos);
    if (!world.keeps(Rule.ALIGN_BARRIERS)) {
      gate.abort(Long.MAX_VALUE);
    }
    if (!world.keeps(Rule.RESTORE_OVERTAKEN)) {
      return gate;
    }
    try {
      gate.restore(
          new ChannelState(opened.spec())
              .restored(
                  opened.contexts().get(0).channels(), vertex(task.vertex()), task.subtask()));
    } catch (Exception e) {
      throw opened.chain().failed(0, e);
    }
    return gate;
  }

  /** How long barriers are waited for before they overtake. */
  private long patienceNanos(Configuration job) {
    if (!job.get(CheckpointingOptions.ENABLE_UNALIGNED)) {
      return Long.MAX_VALUE;
    }
    if (world.odd(Oddity.IMPATIENT_BARRIERS)) {
      return 0;
    }
    Duration timeout = job.get(CheckpointingOptions.ALIGNED_CHECKPOINT_TIMEOUT);
    if (timeout != null) {
      return timeout.toNanos();
    }
    long adapted = job.get(CheckpointingOptions.CHECKPOINTING_INTERVAL).toNanos() / PATIENCE_SHARE;
    return Math.max(PATIENCE_NANOS_MIN, Math.min(adapted, PATIENCE_NANOS_MAX));
  }

  /** Where the output of each operator of a task goes. */
  List<Chain.Edges> outputs(TaskSetup.Opened opened, Mailbox mailbox) {
    List<Chain.Edges> byOperator = new ArrayList<>();
    for (int operator = 0; operator < opened.spec().operators().size(); operator++) {
      List<OutputGate> gates = new ArrayList<>();
      List<OutputTag<?>> tags = new ArrayList<>();
      List<OutputGate> sideGates = new ArrayList<>();
      for (ChainSpec.Output output : opened.spec().outputs()) {
        if (output.operator() == operator) {
          OutputGate gate = gate(output, opened, mailbox);
          if (output.sideOutput() == null) {
            gates.add(gate);
          } else {
            tags.add(output.sideOutput());
            sideGates.add(gate);
          }
        }
      }
      byOperator.add(
          new Chain.Edges(
              gates.toArray(OutputGate[]::new),
              tags.toArray(OutputTag<?>[]::new),
              sideGates.toArray(OutputGate[]::new)));
    }
    return byOperator;
  }

  private OutputGate gate(ChainSpec.Output output, TaskSetup.Opened opened, Mailbox mailbox) {
    TaskId task = opened.task();
    EdgeSpec edge = edge(output.edge());
    EdgeKind.Span consumers =
        edge.kind()
            .consumersOf(
                task.subtask(), parallelism.get(edge.source()), parallelism.get(edge.target()));
    RecordCheck check = check(output, opened);
    List<OutputChannel> channels = new ArrayList<>();
    if (edge.materialized()) {
      channels.addAll(keep(output, opened, mailbox, consumers).channels());
    }
    for (int consumer = consumers.first();
        consumer < consumers.end() && !edge.materialized();
        consumer++) {
      TaskLocation to = location(edge.target(), consumer);
      ChannelKey key = key(edge, task.subtask(), consumer);
      channels.add(output(key, to, end(opened, mailbox, output.type(), true).checking(check)));
    }
    try {
      return new OutputGate(
          output.partitioning(),
          channels,
          vertex(edge.target()).maxParallelism(),
          check,
          output.consumer());
    } catch (WeftException e) {
      throw opened.chain().failed(output.operator(), e); // its keys can not be hashed
    }
  }

  /** What looks at the records of an edge. */
  static RecordCheck check(ChainSpec.Output output, TaskSetup.Opened opened) {
    ChainSpec.OperatorSpec operator = opened.spec().operators().get(output.operator());
    long bytesMax = opened.plan().configuration().get(TaskManagerOptions.RECORD_SIZE_MAX).bytes();
    if (bytesMax < RECORD_BYTES_LEAST || bytesMax > RECORD_BYTES_MOST) {
      throw new WeftException(
          ErrorCode.USER,
          TaskManagerOptions.RECORD_SIZE_MAX.key()
              + " is from "
              + RECORD_BYTES_LEAST
              + " to "
              + RECORD_BYTES_MOST
              + " bytes, not "
              + bytesMax);
    }
    String producer =
        "'"
            + operator.name()
            + "' ("
            + operator.createdAt()
            + "), subtask "
            + opened.task().subtask()
            + ",";
    return new RecordCheck(output.type(), (int) bytesMax, producer);
  }

  private StoredExchange keep(
      ChainSpec.Output output, TaskSetup.Opened opened, Mailbox mailbox, EdgeKind.Span consumers) {
    TaskId task = opened.task();
    TaskPlan.Room room = opened.plan().room();
    String name =
        String.join(
            "-",
            task.jobId(),
            String.valueOf(deployment.attempt()),
            String.valueOf(task.vertex()),
            String.valueOf(task.subtask()),
            "edge",
            String.valueOf(output.edge()));
    PartitionedFile file =
        new PartitionedFile(
            world.files(),
            room.scratch() + "/" + name,
            consumers.size(),
            room.memory().child("an exchange of " + task, MemoryPool.UNLIMITED));
    StoredExchange exchange =
        new StoredExchange(BatchCodec.of(output.type()), compression, consumers.size(), file);
    opened.stored().put(output.edge(), exchange);
    EndMaker end = end(opened, mailbox, output.type(), true).checking(check(output, opened));
    kept.add(new Kept(edge(output.edge()), task.subtask(), consumers, end, new TreeMap<>()));
    return exchange;
  }

  /**
   * What one task keeps for the consumers of an edge.
   *
   * @param served by consumer, why it was handed over last
   */
  private record Kept(
      EdgeSpec edge,
      int producer,
      EdgeKind.Span consumers,
      EndMaker end,
      Map<Integer, ToWorker.HandOver> served) {
    /** Whether the consumer is a new one of this edge. */
    boolean isFor(TaskId consumer, int attempt) {
      ToWorker.HandOver last = served.get(consumer.subtask());
      return edge.target() == consumer.vertex()
          && consumer.subtask() >= consumers.first()
          && consumer.subtask() < consumers.end()
          && (last == null || last.attempt() < attempt);
    }
  }

  /**
   * Hands what is kept for subtasks over to them.
   *
   * @param here the wiring of those of them that are on this worker; null when none is
   */
  void handOver(ToWorker.HandOver wanted, TaskWiring here) {
    for (TaskLocation consumer : wanted.consumers()) {
      for (Kept some : kept) {
        if (some.isFor(consumer.task(), wanted.attempt())) {
          ToWorker.HandOver last = some.served().put(consumer.task().subtask(), wanted);
          if (last != null) {
            exchange.close(scope(last), last.attempt());
          }
          handOver(wanted, some, consumer, here);
        }
      }
    }
  }

  private void handOver(ToWorker.HandOver wanted, Kept some, TaskLocation to, TaskWiring here) {
    int subtask = to.task().subtask();
    if (!kept.contains(some) || some.served().get(subtask) != wanted) {
      return; // meanwhile there is another consumer, or the producer has ended
    }
    ChannelKey key =
        new ChannelKey(
            scope(wanted), wanted.attempt(), some.edge().index(), some.producer(), subtask);
    OutputChannel channel;
    if (to.workerId().equals(workerId)) {
      if (here == null) {
        return;
      }
      LocalChannel near = here.local(key);
      near.producer(some.end().mailbox()::wake);
      channel = near;
    } else {
      // A consumer that had begun fails with its connection and begins anew; one that had not still
      // waits for the first frame.
      Consumer<WeftException> again =
          cause -> world.loop().schedule(RECONNECT_MILLIS, () -> handOver(wanted, some, to, here));
      channel = exchange.openOutput(key, to.data(), some.end().make(again));
    }
    int index = subtask - some.consumers().first();
    some.end().mailbox().put(new TaskCommand.HandOver(some.edge().index(), index, channel));
  }

  private static String scope(ToWorker.HandOver wanted) {
    return new JobAttempt.Scope(wanted.jobId(), wanted.region()).name();
  }

  /** Forgets what was kept, and for whom. */
  void close() {
    for (Kept some : kept) {
      some.served().values().forEach(to -> exchange.close(scope(to), to.attempt()));
    }
    kept.clear();
  }

  /** The channel between two tasks of this worker. */
  LocalChannel local(ChannelKey key) {
    return local.computeIfAbsent(key, ignored -> new LocalChannel());
  }

  private InputChannel input(ChannelKey key, TaskLocation from, EndMaker end) {
    if (from.workerId().equals(workerId)) {
      LocalChannel channel = local(key);
      channel.consumer(end.mailbox()::wake);
      channel.announcements(end.announcements());
      return channel;
    }
    return exchange.openInput(key, end.make("from worker " + from.workerId()));
  }

  private OutputChannel output(ChannelKey key, TaskLocation to, EndMaker end) {
    if (to.workerId().equals(workerId)) {
      LocalChannel channel = local(key);
      channel.producer(end.mailbox()::wake);
      return channel;
    }
    return exchange.openOutput(key, to.data(), end.make("to worker " + to.workerId()));
  }

  private EndMaker end(
      TaskSetup.Opened opened, Mailbox mailbox, TypeInformation<?> type, boolean producing) {
    TaskCounters counters = opened.counters();
    Traffic traffic =
        producing
            ? (records, bytes) -> counters.sent(bytes)
            : (records, bytes) -> counters.received(bytes);
    return new EndMaker(mailbox, type, traffic, RecordCheck.NONE, -1, compression);
  }

  /** Makes the end of a channel, should it go over the network. */
  private record EndMaker(
      Mailbox mailbox,
      TypeInformation<?> type,
      Traffic traffic,
      RecordCheck check,
      int channel,
      Compression compression) {
    /** The same for a channel of the gate. */
    EndMaker announcing(int index) {
      return new EndMaker(mailbox, type, traffic, check, index, compression);
    }

    /** The same for a producer. */
    EndMaker checking(RecordCheck records) {
      return new EndMaker(mailbox, type, traffic, records, channel, compression);
    }

    Announcements announcements() {
      return (checkpointId, urgent) ->
          mailbox.put(new TaskCommand.Announced(channel, checkpointId, urgent));
    }

    /** An end whose loss ends the task. */
    ChannelEnd make(String direction) {
      return make(
          cause ->
              mailbox.put(
                  new TaskCommand.Fail(
                      new WeftException(
                          cause.code(),
                          "The channel " + direction + " is lost: " + cause.getMessage(),
                          cause))));
    }

    ChannelEnd make(Consumer<WeftException> lost) {
      return new ChannelEnd(
              BatchCodec.of(type), mailbox::wake, announcements(), traffic, check, lost)
          .with(compression);
    }
  }

  private ChannelKey key(EdgeSpec edge, int producer, int consumer) {
    return new ChannelKey(
        JobAttempt.Scope.of(deployment).name(),
        deployment.attempt(),
        edge.index(),
        producer,
        consumer);
  }

  private EdgeSpec edge(int index) {
    EdgeSpec edge = edges.get(index);
    Verify.verify(edge != null, "the deployment does not say what edge %s is", index);
    return edge;
  }

  private TaskLocation location(int vertex, int subtask) {
    TaskLocation location = locations.get(new TaskId(deployment.jobId(), vertex, subtask));
    Verify.verify(
        location != null, "the deployment does not say where %s/%s runs", vertex, subtask);
    return location;
  }
}
