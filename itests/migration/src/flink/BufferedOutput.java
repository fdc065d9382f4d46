package jobs;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;

/** Gathers three numbers before it emits their sum; what is gathered is state of the operator. */
public class BufferedOutput {
  public static class SumsOfThree extends RichFlatMapFunction<Long, String>
      implements CheckpointedFunction {
    private final List<Long> gathered = new ArrayList<>();
    private transient ListState<Long> checkpointed;

    @Override
    public void flatMap(Long number, Collector<String> out) {
      gathered.add(number);
      if (gathered.size() == 3) {
        out.collect("sum " + gathered.stream().mapToLong(Long::longValue).sum());
        gathered.clear();
      }
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
      checkpointed.update(gathered);
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
      checkpointed =
          context
              .getOperatorStateStore()
              .getListState(new ListStateDescriptor<>("gathered", Types.LONG));
      if (context.isRestored()) {
        for (Long number : checkpointed.get()) {
          gathered.add(number);
        }
      }
    }
  }

  public static void main(String[] args) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(1);
    env.fromSequence(1, 9)
        .flatMap(new SumsOfThree())
        .uid("sums")
        .sinkTo(
            FileSink.forRowFormat(new Path(args[0]), new SimpleStringEncoder<String>()).build());
    env.execute("Buffered output");
  }
}
