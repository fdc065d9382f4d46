package jobs;

import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.operators.SlotSharingGroup;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The records with the least and greatest fields, by steps that say where they run. */
public class PlacedExtremes {
  /** Makes throws of two dice. */
  public static class Throws implements GeneratorFunction<Long, Tuple3<String, Integer, Long>> {
    @Override
    public Tuple3<String, Integer, Long> map(Long index) {
      return Tuple3.of(index % 2 == 0 ? "red" : "blue", (int) (index * 7 % 5), index);
    }
  }

  public static class Named extends RichMapFunction<String, String> {
    @Override
    public String map(String value) {
      return getRuntimeContext().getJobInfo().getJobName() + " " + value;
    }
  }

  public static void main(String[] args) throws Exception {
    final StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.enableCheckpointing(1000);
    SlotSharingGroup extremes = SlotSharingGroup.newBuilder("extremes").build();
    env.registerSlotSharingGroup(extremes);

    DataStream<Tuple3<String, Integer, Long>> dice =
        env.fromSource(
                new DataGeneratorSource<>(
                    new Throws(),
                    6,
                    RateLimiterStrategy.perSecond(10_000),
                    Types.TUPLE(Types.STRING, Types.INT, Types.LONG)),
                WatermarkStrategy.noWatermarks(),
                "throws")
            .setParallelism(1);
    DataStream<String> least =
        dice.keyBy(one -> one.f0)
            .minBy(1)
            .slotSharingGroup(extremes)
            .setMaxParallelism(16)
            .map(one -> "least " + one)
            .setMaxParallelism(16);
    DataStream<String> greatest =
        dice.keyBy(one -> one.f0).maxBy(1, false).map(one -> "greatest " + one);
    least
        .rescale()
        .map(new Named())
        .setUidHash("00112233445566778899aabbccddeeff")
        .slotSharingGroup("default")
        .union(greatest)
        .sinkTo(
            FileSink.<String>forRowFormat(new Path(args[0]), new SimpleStringEncoder<>()).build());
    env.execute("Placed extremes");
  }
}
