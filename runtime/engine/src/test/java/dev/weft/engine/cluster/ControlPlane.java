package dev.weft.engine.cluster;

import dev.weft.api.config.Configuration;
import dev.weft.api.graph.Operation;
import dev.weft.api.types.Types;
import dev.weft.engine.checkpoint.ChecksummedFile;
import dev.weft.engine.checkpoint.RegisteredCheckpoint;
import dev.weft.engine.cluster.JournalRecord.Pointer;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.protocol.ToWorker;
import dev.weft.engine.protocol.VertexSpec;
import dev.weft.engine.simulated.SimulatedCluster;
import dev.weft.engine.simulated.SimulatedWorld;
import dev.weft.engine.world.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A simulated cluster of real leaders and fake workers, with a job that moves numbers. */
final class ControlPlane {
  static final String JOB = "0123456789abcdef0123456789abcdef";

  /** Between the numbers of one pipeline and the next. */
  static final int APART = 1_000;

  final SimulatedCluster cluster;
  final Map<String, String> options = new TreeMap<>();
  final Map<String, Candidate> candidates = new LinkedHashMap<>();
  final List<FakeWorker> workers = new ArrayList<>();
  final List<JobDetails> ended = new ArrayList<>();

  final Map<Integer, Set<Long>> epochsOfAttempt = new TreeMap<>();

  ControlPlane(long seed) {
    cluster = new SimulatedCluster(seed);
    options.put("execution.checkpointing.dir", "/checkpoints");
    options.put("execution.checkpointing.interval", "1 s");
    options.put("restart-strategy.exponential-delay.initial-backoff", "100 ms");
  }

  /** A process that may lead. */
  final class Candidate implements LeadershipListener {
    final SimulatedWorld world;
    final Leader leader;
    final Provisioner provisioner = new Provisioner();
    int granted;
    final List<String> stepDowns = new ArrayList<>();

    Candidate(String name) {
      world = cluster.start(name);
      leader =
          new Leader(
              world,
              Configuration.of(options),
              "application",
              "/ha",
              new Leader.Ports(
                  world.election(),
                  provisioner,
                  (checked, manifest, plan, configuration, code) -> {}),
              this);
      leader.start(name);
    }

    @Override
    public void leading(JobControl jobs) {
      granted++;
    }

    @Override
    public void jobEnded(JobDetails job) {
      ended.add(job);
    }

    @Override
    public void steppedDown(String reason) {
      stepDowns.add(reason);
    }

    @Override
    public void failed(FailureReport why) {
      throw new AssertionError(why.toString());
    }
  }

  /** Workers are started by hand. */
  static final class Provisioner implements WorkerProvisioner {
    int slotsPerWorker;
    int wanted;
    final List<String> released = new ArrayList<>();
    Listener listener;

    @Override
    public void start(long epoch, Listener newListener) {
      listener = newListener;
    }

    @Override
    public void want(int workers, List<String> preferredHosts) {
      wanted = workers;
    }

    @Override
    public void release(String workerId) {
      released.add(workerId);
    }

    @Override
    public int slotsPerWorker() {
      return slotsPerWorker;
    }

    @Override
    public void finish(boolean succeeded, String diagnostics) {}
  }

  Candidate candidate(String name) {
    Candidate candidate = new Candidate(name);
    candidates.put(name, candidate);
    return candidate;
  }

  FakeWorker worker(String name, int slots) {
    FakeWorker worker = new FakeWorker(cluster.start(name), slots, this::deployed);
    workers.removeIf(w -> w.id().equals(name));
    workers.add(worker);
    return worker;
  }

  private void deployed(ToWorker.DeployTasks deploy) {
    epochsOfAttempt.computeIfAbsent(deploy.attempt(), a -> new TreeSet<>()).add(deploy.epoch());
  }

  /** Attempts that more than one leader deployed. */
  Set<Integer> repeatedAttempts() {
    Set<Integer> repeated = new TreeSet<>();
    epochsOfAttempt.forEach(
        (attempt, epochs) -> {
          if (epochs.size() > 1) {
            repeated.add(attempt);
          }
        });
    return repeated;
  }

  /** What the journal says is kept of the job's checkpoints. */
  List<RegisteredCheckpoint> retained() {
    byte[] pointer = cluster.coordination().pointer("job-" + JOB);
    if (pointer == null) {
      return List.of();
    }
    try {
      Pointer read = Pointer.CODEC.fromBytes(ChecksummedFile.open(pointer, "pointer"));
      if (read.ended() != null) {
        return ((JournalRecord.Ended) record(read.ended())).end().retained();
      }
      return read.checkpoints() == null
          ? List.of()
          : ((JournalRecord.CheckpointCompleted) record(read.checkpoints())).retained();
    } catch (IOException e) {
      throw new AssertionError("the journal is damaged: " + e.getMessage(), e);
    }
  }

  private JournalRecord record(JournalRecord.Reference reference) throws IOException {
    String path = "/ha/application/journal/" + JOB + "/" + reference.name();
    byte[] bytes = cluster.files().read(path);
    if (bytes == null) {
      throw new AssertionError("the journal names " + path + ", which is not there");
    }
    return JournalRecord.CODEC.fromBytes(ChecksummedFile.open(bytes, path));
  }

  /** Fails when a checkpoint that the journal names is not there. */
  void checkRetained() {
    for (RegisteredCheckpoint checkpoint : retained()) {
      if (cluster.files().read(checkpoint.manifestPath()) == null) {
        throw new AssertionError(
            "deleted: " + checkpoint.manifestPath() + "\n" + cluster.lastEvents());
      }
    }
  }

  /** The candidate that leads now; null when none does. */
  Candidate leading() {
    for (Candidate candidate : candidates.values()) {
      if (candidate.world.alive() && candidate.leader.jobs() != null) {
        return candidate;
      }
    }
    return null;
  }

  /** What is known of the job; null when nobody leads. */
  JobDetails job() {
    return job(JOB);
  }

  JobDetails job(String id) {
    Candidate leading = leading();
    return leading == null ? null : leading.leader.jobs().job(id).orElse(null);
  }

  JobStatus status() {
    JobDetails details = job();
    return details == null ? null : details.summary().status();
  }

  long completed() {
    JobDetails details = job();
    return details == null || details.checkpoints().latestCompleted() == null
        ? 0
        : details.checkpoints().latestCompleted().id();
  }

  void awaitStatus(JobStatus status, long millisMax) {
    cluster.runUntil("job " + status, millisMax, () -> status() == status);
  }

  Outcome<String> submit(JobPlan plan) {
    cluster.runUntil("a leader", 20_000, () -> leading() != null);
    List<Outcome<String>> outcomes = new ArrayList<>();
    leading().leader.jobs().submit(plan, List.of(), outcomes::add);
    cluster.runUntil("submitted", 20_000, () -> !outcomes.isEmpty());
    return outcomes.get(0);
  }

  /** One step that reads numbers and stages them. */
  JobPlan plan(int numbers, boolean bounded, int parallelism) {
    return plan(JOB, numbers, bounded, parallelism, Map.of());
  }

  /** The same for another job that ends by itself. */
  JobPlan plan(String id, int numbers, int parallelism) {
    return plan(id, numbers, true, parallelism, Map.of());
  }

  JobPlan plan(
      String id, int numbers, boolean bounded, int parallelism, Map<String, String> jobOptions) {
    return plan(id, numbers, bounded, List.of(parallelism), jobOptions);
  }

  /** Several steps side by side, each of which is a failure region. */
  JobPlan plan(
      String id,
      int numbers,
      boolean bounded,
      List<Integer> parallelisms,
      Map<String, String> jobOptions) {
    List<VertexSpec> vertices = new ArrayList<>();
    Map<String, Integer> sources = new TreeMap<>();
    Map<String, Integer> sinks = new TreeMap<>();
    for (int parallelism : parallelisms) {
      int vertex = vertices.size();
      vertices.add(vertex(vertex, numbers, bounded, parallelism));
      sources.put(source(vertex), vertex);
      sinks.put(sink(vertex), vertex);
    }
    return new JobPlan(
        id,
        "numbers",
        vertices,
        List.of(),
        sources,
        sinks,
        bounded,
        Collections.nCopies(vertices.size(), JobPlan.DEFAULT_GROUP),
        jobOptions,
        Set.of());
  }

  static String source(int vertex) {
    return "source-" + (vertex + 1);
  }

  static String sink(int vertex) {
    return "sink-" + (vertex + 1);
  }

  private static VertexSpec vertex(int vertex, int numbers, boolean bounded, int parallelism) {
    NumberSource source = new NumberSource(vertex * APART, numbers, bounded);
    ChainSpec chain =
        new ChainSpec(
            List.of(),
            List.of(
                new ChainSpec.OperatorSpec(
                    source(vertex),
                    "numbers",
                    "",
                    new Operation.FromSource<>(source, null),
                    null,
                    Types.INT,
                    null),
                new ChainSpec.OperatorSpec(
                    sink(vertex),
                    "files",
                    "",
                    new Operation.ToSink<>(new NumberSink(vertex)),
                    Types.INT,
                    null,
                    null)),
            List.of());
    return new VertexSpec(
        vertex,
        "0000000000000000000000000000000" + (vertex + 1),
        "numbers -> files",
        parallelism,
        128,
        List.of(source(vertex), sink(vertex)),
        serialise(chain));
  }

  private static byte[] serialise(ChainSpec chain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(chain);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }

  /** How often each number is visible. */
  Map<Integer, Integer> visible() {
    Map<Integer, Integer> counts = new TreeMap<>();
    for (String path : cluster.files().paths(NumberSink.OUT)) {
      String name = path.substring(path.lastIndexOf('/') + 1);
      if (!name.startsWith(".") && !name.startsWith("_")) {
        String text = new String(cluster.files().read(path), StandardCharsets.UTF_8);
        for (String number : text.substring(1, text.length() - 1).split(", ")) {
          counts.merge(Integer.valueOf(number), 1, Integer::sum);
        }
      }
    }
    return counts;
  }

  /** Numbers that are visible more than once, with the files that hold them. */
  String repeated() {
    StringBuilder text = new StringBuilder();
    visible()
        .forEach(
            (number, count) -> {
              if (count > 1) {
                text.append(number).append(" in");
                for (String path : cluster.files().paths(NumberSink.OUT)) {
                  String content = new String(cluster.files().read(path), StandardCharsets.UTF_8);
                  if (content.matches(".*\\b" + number + "\\b.*")) {
                    text.append(' ').append(path);
                  }
                }
                text.append("; ");
              }
            });
    return text.toString();
  }

  /** Each number once. */
  static Map<Integer, Integer> once(int numbers) {
    return once(numbers, 1);
  }

  /** Each number of several pipelines once. */
  static Map<Integer, Integer> once(int numbers, int pipelines) {
    Map<Integer, Integer> counts = new TreeMap<>();
    for (int pipeline = 0; pipeline < pipelines; pipeline++) {
      for (int i = 0; i < numbers; i++) {
        counts.put(pipeline * APART + i, 1);
      }
    }
    return counts;
  }
}
