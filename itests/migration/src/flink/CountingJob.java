package jobs;

import java.nio.file.Paths;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.accumulators.IntCounter;
import org.apache.flink.api.common.accumulators.LongMaximum;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** Counts in accumulators, whose results come with the end of the job. */
public class CountingJob {
  public static class Counting extends RichMapFunction<Long, Long> {
    private final IntCounter odd = new IntCounter();
    private final LongMaximum greatest = new LongMaximum();
    private transient Counter seen;

    @Override
    public void open(OpenContext context) {
      getRuntimeContext().addAccumulator("odd", odd);
      getRuntimeContext().addAccumulator("greatest", greatest);
      seen = getRuntimeContext().getMetricGroup().counter("seen");
    }

    @Override
    public Long map(Long number) {
      seen.inc();
      greatest.add(number);
      if (number % 2 == 1) {
        odd.add(1);
      }
      return number;
    }
  }

  public static void main(String[] args) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(2);
    env.fromSequence(1, 99).map(new Counting()).sinkTo(new DiscardingSink<>());
    JobExecutionResult result = env.execute("Counting");

    java.nio.file.Path file = Paths.get(java.net.URI.create(args[0])).resolve("counts");
    java.nio.file.Files.createDirectories(file.getParent());
    java.nio.file.Files.write(
        file,
        List.of(
            "odd " + result.getAccumulatorResult("odd"),
            "days " + result.getNetRuntime(TimeUnit.DAYS),
            "greatest " + result.getAccumulatorResult("greatest")));
  }
}
