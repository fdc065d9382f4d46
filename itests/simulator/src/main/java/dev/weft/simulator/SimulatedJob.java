package dev.weft.simulator;

import dev.weft.api.BatchShuffleMode;
import dev.weft.api.DataStream;
import dev.weft.api.RuntimeExecutionMode;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.ExecutionOptions;
import dev.weft.api.connector.Sink;
import dev.weft.connectors.hdfs.sink.FileSink;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.Planner;
import dev.weft.engine.simulated.SimulatedCluster;
import dev.weft.simulator.broken.CarelessSink;
import dev.weft.simulator.broken.RepeatingSink;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** A job of a simulation, with the checks of its output. */
final class SimulatedJob {
  static final String SOURCE = "ledger";
  private static final AtomicLong RUNS = new AtomicLong();

  final Workload workload;
  final JobGraph graph;
  final LedgerChecks checks;
  private final Pipelines pipelines;
  private final long seed;
  private final long run = RUNS.incrementAndGet();
  private final Swarm swarm;
  private final PlantedBug bug;
  private final FileSink<LedgerRecord> sink;
  private String id;

  SimulatedJob(
      SimulatedCluster cluster, String id, String output, Workload workload, PlantedBug bug) {
    this.seed = cluster.seed();
    this.id = id;
    this.workload = workload;
    this.bug = bug;
    this.swarm = Swarm.draw(seed);
    this.graph = JobGraph.draw(seed + output.length() - 4, workload);
    this.pipelines = Pipelines.draw(seed + output.length() - 4, workload);
    this.sink = FileSink.<LedgerRecord>forRowFormat(output, new LedgerEncoder()).build();
    this.checks =
        new LedgerChecks(
            cluster,
            new LedgerChecks.Place(Processes.APPLICATION, id, output),
            workload,
            graph,
            sink);
    cluster.afterEachEvent(
        () -> {
          String problem = SequenceChecker.takeProblem(run);
          if (problem != null) {
            checks.violate("I1", problem);
          }
        });
  }

  /** The job that runs now: another one after an upgrade. */
  String id() {
    return id;
  }

  /** Another job goes on from a savepoint. */
  void goesOn(String nextId, String location, boolean claim) {
    checks.goesOn(nextId, location, claim);
    id = nextId;
  }

  /** Forgets what user code noticed. */
  void close() {
    SequenceChecker.takeProblem(run);
  }

  /** Every other bounded ledger is read by stages that run one after another. */
  boolean isBatch() {
    return !workload.endless() && bug == PlantedBug.NONE && seed % 2 == 0;
  }

  /** The plan, with some options over the drawn ones. */
  JobPlan plan(Map<String, String> more) {
    Map<String, String> options = new TreeMap<>(swarm.job());
    options.put("execution.checkpointing.interval", workload.checkpointMillis() + " ms");
    options.put("execution.checkpointing.num-retained", String.valueOf(workload.retained()));
    options.put("state.backend.heap.object-rows-max", seed % 3 == 0 ? "1000" : "2");
    options.put(
        "execution.checkpointing.aligned-checkpoint-timeout", workload.hasty() ? "0 ms" : "1 s");
    options.put("parallelism.default", String.valueOf(workload.parallelism()));
    options.putAll(more);
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(Configuration.of(options));
    environment.setRuntimeMode(
        isBatch() ? RuntimeExecutionMode.BATCH : RuntimeExecutionMode.STREAMING);
    environment.configure(
        ExecutionOptions.BATCH_SHUFFLE_MODE, BatchShuffleMode.ALL_EXCHANGES_BLOCKING);
    for (int i = 0; i < pipelines.count(); i++) {
      String suffix = pipelines.suffix(i);
      DataStream<LedgerRecord> source =
          environment
              .fromSource(
                  new LedgerSource(seed, workload, pipelines.share(i), seed % 2 == 0, bug),
                  graph.watermarkStrategy(),
                  "ledger")
              .uid(SOURCE + suffix)
              .slotSharingGroup(pipelines.slots(i));
      graph.build(source, suffix, run, workload).sinkTo(target()).uid("files" + suffix);
    }
    return Planner.plan(environment.pipeline("ledger"), id);
  }

  private Sink<LedgerRecord> target() {
    return switch (bug) {
      case REUSED_TRANSACTION_ID -> new RepeatingSink<>(sink);
      case OPEN_FILE_FORGOTTEN -> new CarelessSink<>(sink);
      default -> sink;
    };
  }

  @Override
  public String toString() {
    return workload + "\n" + graph + "\n" + pipelines;
  }
}
