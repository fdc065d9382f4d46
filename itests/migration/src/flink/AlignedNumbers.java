package jobs;

import java.nio.file.Paths;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;

/** Two sources that wait for each other; what comes out is read by the program itself. */
public class AlignedNumbers {
  public static class Counting extends RichMapFunction<Long, String>
      implements CheckpointedFunction {
    private transient ListState<Long> counts;
    private long count;

    @Override
    public String map(Long number) {
      count++;
      return "number " + number;
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
      counts.update(List.of(count));
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
      counts =
          context
              .getOperatorStateStore()
              .getUnionListState(new ListStateDescriptor<>("counts", Types.LONG));
      for (Long earlier : counts.get()) {
        count += earlier;
      }
    }
  }

  public static void main(String[] args) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(2);
    WatermarkStrategy<Long> times =
        WatermarkStrategy.<Long>forMonotonousTimestamps()
            .withTimestampAssigner((number, before) -> number)
            .withWatermarkAlignment("numbers", Duration.ofSeconds(20), Duration.ofMillis(100));
    DataStream<Long> small = env.fromSource(new NumberSequenceSource(1, 4), times, "small");
    DataStream<Long> large = env.fromSource(new NumberSequenceSource(7, 9), times, "large");
    List<String> lines = new ArrayList<>();
    try (CloseableIterator<String> results =
        small.union(large).map(new Counting()).uid("counting").executeAndCollect()) {
      results.forEachRemaining(lines::add);
    }
    java.nio.file.Path file = Paths.get(java.net.URI.create(args[0])).resolve("numbers");
    java.nio.file.Files.createDirectories(file.getParent());
    java.nio.file.Files.write(file, lines);
  }
}
