package dev.weft.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.api.AsyncDataStream;
import dev.weft.api.RuntimeExecutionMode;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.ExecutionOptions;
import dev.weft.api.functions.MapFunction;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.functions.async.ResultFuture;
import dev.weft.api.functions.async.RichAsyncFunction;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.plan.Planner;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AsyncStepTest {
  private static final String JOB = "0123456789abcdef0123456789abcdef";

  /** Answers on threads of its own. */
  private static final class Pooled extends RichAsyncFunction<Long, String> {
    private transient ExecutorService pool;

    @Override
    public void open(OpenContext openContext) {
      pool = Executors.newFixedThreadPool(3);
    }

    @Override
    public void asyncInvoke(Long input, ResultFuture<String> resultFuture) {
      pool.execute(() -> resultFuture.complete(List.of(Long.toString(input))));
    }

    @Override
    public void close() {
      pool.shutdownNow();
    }
  }

  /** Fails when a number does not follow the one before. */
  private static final class InSequence implements MapFunction<String, String> {
    private long last;

    @Override
    public String map(String value) {
      if (Long.parseLong(value) != ++last) {
        throw new IllegalStateException("expected " + last);
      }
      return value;
    }
  }

  @Test
  void answersOfOtherThreadsArriveInOrderAndTheJobEnds() throws Exception {
    Ledger ledger = Ledger.open("async" + System.identityHashCode(this));
    Configuration options =
        new Configuration().set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.STREAMING);
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(options);
    environment.setParallelism(1);
    AsyncDataStream.orderedWait(
            environment.fromSequence(1, 5_000), new Pooled(), 1, TimeUnit.MINUTES, 10)
        .map(new InSequence())
        .sinkTo(ledger);
    try (LocalCluster cluster =
        LocalCluster.start(
            LocalCluster.Settings.simple(options, AsyncStepTest.class.getClassLoader(), 1))) {
      cluster.submit(Planner.plan(environment.pipeline("async"), JOB));
      assertEquals(
          JobStatus.FINISHED, cluster.ended(JOB).get(120, TimeUnit.SECONDS).summary().status());
    }
    assertEquals(5_000, ledger.records().size());
  }
}
