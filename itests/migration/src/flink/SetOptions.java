package jobs;

import java.nio.file.Paths;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.typeinfo.BasicTypeInfo;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.CheckpointConfig;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;

/** Sets the options of checkpoints and of the program by methods, and hands texts to a function. */
public class SetOptions {
  public static class Texts extends ExecutionConfig.GlobalJobParameters {
    @Override
    public Map<String, String> toMap() {
      return Collections.singletonMap("greeting", "Hello, you: 'all'");
    }
  }

  public static class Greet extends RichMapFunction<String, String> {
    private transient String greeting;

    @Override
    public void open(OpenContext context) {
      greeting = getRuntimeContext().getGlobalJobParameters().get("greeting");
    }

    @Override
    public String map(String name) {
      return greeting + " " + name;
    }
  }

  public static void main(String[] args) throws Exception {
    Configuration options = new Configuration();
    options.set(CoreOptions.DEFAULT_PARALLELISM, 4);
    options.set(PipelineOptions.NAME, "greetings");
    options.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.STREAMING);
    options.set(StateBackendOptions.STATE_BACKEND, "hashmap");
    options.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    options.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 3);
    options.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(100));
    options.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, 2);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(options);
    env.enableCheckpointing(500, CheckpointingMode.EXACTLY_ONCE);
    env.setBufferTimeout(50);
    env.getConfig().setGlobalJobParameters(new Texts());
    env.getConfig().enableObjectReuse();
    env.getConfig().setAutoWatermarkInterval(100);
    env.getConfig().setParallelism(2);
    CheckpointConfig checkpoints = env.getCheckpointConfig();
    checkpoints.setCheckpointTimeout(60000);
    checkpoints.setMinPauseBetweenCheckpoints(100);
    checkpoints.setMaxConcurrentCheckpoints(1);
    checkpoints.setTolerableCheckpointFailureNumber(3);
    checkpoints.enableUnalignedCheckpoints();
    checkpoints.setAlignedCheckpointTimeout(Duration.ofSeconds(1));
    checkpoints.setExternalizedCheckpointRetention(
        ExternalizedCheckpointRetention.DELETE_ON_CANCELLATION);

    SingleOutputStreamOperator<String> greetings =
        env.fromData(String.class, "Ada", "Grace")
            .map(new Greet())
            .returns(BasicTypeInfo.STRING_TYPE_INFO)
            .name("greet");
    List<String> lines = new ArrayList<>();
    try (CloseableIterator<String> results = greetings.executeAndCollect()) {
      results.forEachRemaining(lines::add);
    }
    Collections.sort(lines);
    lines.add(greetings.getName() + " by " + greetings.getParallelism());
    lines.add("checkpoints each " + env.getCheckpointInterval() + " ms");
    lines.add(
        "restarts: "
            + env.getConfiguration()
                .get(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS));
    lines.add("kept: " + checkpoints.getExternalizedCheckpointRetention());

    java.nio.file.Path file = Paths.get(java.net.URI.create(args[0])).resolve("greetings");
    java.nio.file.Files.createDirectories(file.getParent());
    java.nio.file.Files.write(file, lines);
  }
}
