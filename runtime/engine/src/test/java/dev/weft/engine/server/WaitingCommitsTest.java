package dev.weft.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.RestartStrategyOptions;
import dev.weft.api.connector.Committable;
import dev.weft.api.connector.Committer;
import dev.weft.api.connector.CommitterContext;
import dev.weft.api.connector.CommittingSinkWriter;
import dev.weft.api.connector.SimpleVersionedSerializer;
import dev.weft.api.connector.SinkWriterContext;
import dev.weft.api.connector.TransactionalSink;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.types.Types;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.plan.Planner;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A committer lets output wait for a merge, through checkpoints, a failure and a stop. */
class WaitingCommitsTest {
  private static final String JOB = "b".repeat(32);
  private static final int ENOUGH = 3_000;
  private static final Map<String, List<Long>> STAGED = new ConcurrentHashMap<>();
  private static final Map<String, List<Long>> VISIBLE = new TreeMap<>();
  private static final AtomicInteger WAITED = new AtomicInteger();
  private static final AtomicInteger MERGES = new AtomicInteger();
  private static final AtomicInteger FAILURES_LEFT = new AtomicInteger(1);
  private static final CountDownLatch ENOUGH_VISIBLE = new CountDownLatch(1);

  @TempDir private Path directory;

  /** Stages a transaction at each checkpoint; every third one says that three go out together. */
  private static final class Sink implements TransactionalSink<Long, String> {
    @Override
    public boolean blocking() {
      return false;
    }

    @Override
    public CommittingSinkWriter<Long, String> createWriter(SinkWriterContext context) {
      return new CommittingSinkWriter<>() {
        private List<Long> open = new ArrayList<>();
        private final List<String> pending = new ArrayList<>();

        @Override
        public void write(Long record, long timestamp) {
          open.add(record);
        }

        @Override
        public void flush(boolean endOfInput) {}

        private String stage(long checkpointId) {
          String transaction = context.attempt() + "-" + checkpointId;
          STAGED.put(transaction, open);
          open = new ArrayList<>();
          return transaction;
        }

        @Override
        public List<String> prepareCommit(long checkpointId) {
          List<String> sent = new ArrayList<>();
          pending.add(stage(checkpointId));
          sent.add("wait/" + pending.get(pending.size() - 1));
          if (pending.size() == 3) {
            sent.add("merge/" + String.join(",", pending));
            pending.clear();
          }
          return sent;
        }

        @Override
        public List<String> prepareSavepoint(long checkpointId) {
          pending.add(stage(checkpointId));
          List<String> sent = List.of("merge/" + String.join(",", pending));
          pending.clear();
          return sent;
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public Committer<String> createCommitter(CommitterContext context) {
      return new Committer<>() {
        @Override
        public void commit(List<Committable<String>> committables) {
          throw new AssertionError("commitDue is there");
        }

        @Override
        public List<Committable<String>> commitDue(
            List<Committable<String>> committables, boolean all) {
          List<Committable<String>> waiting = new ArrayList<>();
          for (Committable<String> committable : committables) {
            if (committable.value().startsWith("merge/")) {
              MERGES.incrementAndGet();
              for (String one : committable.value().substring("merge/".length()).split(",")) {
                publish(one);
              }
            }
          }
          for (Committable<String> committable : committables) {
            String one = committable.value().substring(committable.value().indexOf('/') + 1);
            if (committable.value().startsWith("wait/") && !isVisible(one)) {
              if (all) {
                publish(one);
              } else {
                WAITED.incrementAndGet();
                waiting.add(committable);
              }
            }
          }
          return waiting;
        }

        @Override
        public void finish(boolean succeeded) {}

        @Override
        public void close() {}
      };
    }

    @Override
    public SimpleVersionedSerializer<String> getCommittableSerializer() {
      return new SimpleVersionedSerializer<>() {
        @Override
        public int getVersion() {
          return 1;
        }

        @Override
        public byte[] serialize(String value) {
          return value.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String deserialize(int version, byte[] serialized) {
          return new String(serialized, StandardCharsets.UTF_8);
        }
      };
    }
  }

  private static void publish(String transaction) {
    synchronized (VISIBLE) {
      VISIBLE.put(transaction, STAGED.get(transaction));
      if (VISIBLE.values().stream().mapToInt(List::size).sum() >= ENOUGH) {
        ENOUGH_VISIBLE.countDown();
      }
    }
  }

  private static boolean isVisible(String transaction) {
    synchronized (VISIBLE) {
      return VISIBLE.containsKey(transaction);
    }
  }

  @Test
  void whatWaitsIsNeitherLostNorForgotten() throws Exception {
    Configuration options =
        new Configuration()
            .set(
                RestartStrategyOptions.RESTART_STRATEGY,
                RestartStrategyOptions.Strategy.FIXED_DELAY)
            .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(options);
    environment.setParallelism(1);
    environment.enableCheckpointing(20);
    environment
        .fromSource(
            new DataGeneratorSource<>(n -> n, Types.LONG).withRatePerReader(4_000),
            WatermarkStrategy.noWatermarks(),
            "numbers")
        .map(
            n -> {
              if (n == ENOUGH / 2 && FAILURES_LEFT.getAndDecrement() > 0) {
                throw new IllegalStateException("planned");
              }
              return n;
            })
        .sinkTo(new Sink());
    try (LocalCluster cluster =
        LocalCluster.start(
            LocalCluster.Settings.simple(options, WaitingCommitsTest.class.getClassLoader(), 1))) {
      cluster.submit(Planner.plan(environment.pipeline("waiting"), JOB));
      assertTrue(ENOUGH_VISIBLE.await(60, TimeUnit.SECONDS));
      cluster.order(JOB, new SnapshotOrder("s", SnapshotOrder.Kind.STOP, "file://" + directory));
      JobDetails ended = cluster.ended(JOB).get(60, TimeUnit.SECONDS);
      assertEquals(JobStatus.FINISHED, ended.summary().status(), ended.failures().toString());
      assertEquals(1, ended.failures().size());
    }
    List<Long> records = VISIBLE.values().stream().flatMap(List::stream).sorted().toList();
    assertEquals(LongStream.range(0, records.size()).boxed().toList(), records);
    assertTrue(WAITED.get() > 10 && MERGES.get() > 5, WAITED + " waited, merges " + MERGES);
  }
}
