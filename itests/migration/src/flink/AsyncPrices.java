package jobs;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.async.AsyncFunction;
import org.apache.flink.streaming.api.functions.async.AsyncRetryStrategy;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.apache.flink.streaming.util.retryable.AsyncRetryStrategies;
import org.apache.flink.streaming.util.retryable.RetryPredicates;

/** Looks prices up elsewhere: in order, in any order, and again when the other side is busy. */
public class AsyncPrices {
  /** Answers from threads of its own. */
  public static class Prices extends RichAsyncFunction<String, String> {
    private transient ExecutorService executor;
    private transient Map<String, Integer> prices;

    @Override
    public void open(OpenContext context) {
      executor = Executors.newFixedThreadPool(3);
      prices = Map.of("tea", 5, "milk", 2, "salt", 1);
    }

    @Override
    public void asyncInvoke(String goods, ResultFuture<String> result) {
      CompletableFuture.supplyAsync(() -> prices.get(goods), executor)
          .thenAccept(price -> result.complete(Collections.singleton(goods + "=" + price)));
    }

    @Override
    public void close() {
      if (executor != null) {
        executor.shutdownNow();
      }
    }
  }

  /** Is busy whenever it is asked for something for the first time. */
  public static class BusyAtFirst implements AsyncFunction<String, String> {
    private static final Set<String> ASKED = ConcurrentHashMap.newKeySet();

    @Override
    public void asyncInvoke(String goods, ResultFuture<String> result) {
      if (ASKED.add(goods)) {
        result.completeExceptionally(new IllegalStateException("busy"));
      } else {
        result.complete(Collections.singleton(goods + " at last"));
      }
    }
  }

  /** Never answers. */
  public static class Silent implements AsyncFunction<String, String> {
    @Override
    public void asyncInvoke(String goods, ResultFuture<String> result) {}

    @Override
    public void timeout(String goods, ResultFuture<String> result) {
      result.complete(Collections.singleton(goods + " unknown"));
    }
  }

  public static void main(String[] args) throws Exception {
    final StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.enableCheckpointing(1000);

    DataStream<String> goods = env.fromData("tea", "milk", "salt", "tea");
    DataStream<String> inOrder =
        AsyncDataStream.orderedWait(goods, new Prices(), 30, TimeUnit.SECONDS, 2);
    AsyncRetryStrategy<String> again =
        new AsyncRetryStrategies.FixedDelayRetryStrategyBuilder<String>(3, 10)
            .ifException(RetryPredicates.HAS_EXCEPTION_PREDICATE)
            .build();
    DataStream<String> retried =
        AsyncDataStream.unorderedWaitWithRetry(
            goods, new BusyAtFirst(), 30, TimeUnit.SECONDS, again);
    DataStream<String> silent =
        AsyncDataStream.unorderedWait(goods, new Silent(), 50, TimeUnit.MILLISECONDS);
    inOrder
        .union(retried, silent)
        .sinkTo(
            FileSink.<String>forRowFormat(new Path(args[0]), new SimpleStringEncoder<>()).build());
    env.execute("Async prices");
  }
}
