package dev.weft.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.Configuration;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.types.Types;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.Planner;
import dev.weft.engine.plan.RescaleReport;
import dev.weft.engine.plan.RescaleRequest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A job of real tasks changes its parallelism while it runs. */
class LiveRescaleTest {
  private static final String JOB = "4".repeat(32);
  private static final int KEYS = 50;

  private final Ledger ledger = Ledger.open("rescale-" + System.identityHashCode(this));

  record Count(String key, int count) {}

  private JobPlan plan() {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(new Configuration());
    environment.setParallelism(1);
    environment.enableCheckpointing(100);
    environment
        .fromSource(
            new DataGeneratorSource<Long>(n -> n, Types.LONG).withRatePerReader(3000).withSplits(4),
            WatermarkStrategy.noWatermarks(),
            "numbers")
        .uid("numbers")
        .map(n -> new Count("k" + n % KEYS, 1))
        .keyBy(Count::key)
        .reduce((a, b) -> new Count(a.key(), a.count() + b.count()))
        .uid("counts")
        .map(count -> count.key() + "=" + count.count())
        .sinkTo(ledger)
        .uid("ledger");
    return Planner.plan(environment.pipeline("counts"), JOB);
  }

  private RescaleReport rescale(
      LocalCluster cluster, String id, int parallelism, Map<String, Integer> byVertex)
      throws Exception {
    cluster.rescale(JOB, new RescaleRequest(id, parallelism, byVertex));
    while (true) {
      RescaleReport last =
          cluster.job(JOB).orElseThrow().rescales().stream()
              .filter(r -> r.order().id().equals(id))
              .findFirst()
              .orElseThrow();
      if (last.status() != RescaleReport.Status.IN_PROGRESS) {
        return last;
      }
      ledger.await(ledger.records().size() + 1);
    }
  }

  /** The highest count of each key; every count up to it is there once. */
  private void check() {
    Map<String, Long> highest = new TreeMap<>();
    Map<String, Long> records = new TreeMap<>();
    for (String record : ledger.records()) {
      String[] parts = record.split("=");
      highest.merge(parts[0], Long.parseLong(parts[1]), Math::max);
      records.merge(parts[0], 1L, Long::sum);
    }
    assertEquals(KEYS, highest.size());
    assertEquals(highest, records);
  }

  @Test
  void stateSplitsAndOutputMoveWithTheParallelism() throws Exception {
    try (LocalCluster cluster =
        LocalCluster.start(
            LocalCluster.Settings.simple(
                new Configuration(), LiveRescaleTest.class.getClassLoader(), 4))) {
      cluster.submit(plan());
      ledger.await(500);
      int id = 0;
      for (int parallelism : List.of(3, 4, 1, 2)) {
        RescaleReport report = rescale(cluster, "r" + id++, parallelism, Map.of());
        assertEquals(RescaleReport.Status.COMPLETED, report.status(), report.toString());
        JobDetails job = cluster.job(JOB).orElseThrow();
        assertEquals(List.of(parallelism, parallelism), job.plan().parallelisms());
        assertEquals(List.of(), job.failures());
        ledger.await(ledger.records().size() + 500);
      }
      RescaleReport one = rescale(cluster, "one", 0, Map.of("counts", 4));
      assertEquals(RescaleReport.Status.COMPLETED, one.status(), one.toString());
      assertEquals(List.of(2, 4), cluster.job(JOB).orElseThrow().plan().parallelisms());
      ledger.await(ledger.records().size() + 500);
      cluster.cancel(JOB);
      assertEquals(
          JobStatus.CANCELED, cluster.ended(JOB).get(60, TimeUnit.SECONDS).summary().status());
      check();
    }
  }
}
