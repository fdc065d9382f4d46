package dev.weft.chaos.job;

import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.FlatMapFunction;
import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.types.TypeInformation;
import dev.weft.connectors.hdfs.sink.FileSink;
import dev.weft.connectors.hdfs.sink.LineEncoder;
import java.io.IOException;
import java.util.SplittableRandom;

/**
 * Keeps a hundred bytes and a number for each of many keys. First every key gets its state, as fast
 * as that goes; then one after another is visited. A visit fails when it does not find exactly what
 * the visit before left behind. Arguments: output directory, directory of signs of life, entries
 * per second and reader, keys (a multiple of 200), milliseconds between checkpoints.
 */
public final class LargeStateJob {
  /** One for each reader: an endless split keeps its reader from asking for another. */
  private static final int SPLITS = 2;

  private static final int KEYS_PER_FIRST_ENTRY = 100;
  private static final int BYTES_PER_KEY = 100;
  private static final int OUTPUT_SHARE = 1_000;

  private LargeStateJob() {}

  /** The number of a visit of a key, from 0. */
  public record Visit(long key, long number) {
    @Override
    public String toString() {
      return key + "," + number;
    }
  }

  /** Runs the job until it is stopped. */
  public static void main(String[] args) throws Exception {
    long keys = Long.parseLong(args[3]);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.enableCheckpointing(Long.parseLong(args[4]));
    DataGeneratorSource<Long> entries =
        new DataGeneratorSource<>(
                index -> index, TypeInformation.of(Long.class), DataGeneratorSource.ENDLESS)
            .withRatePerReader(Long.parseLong(args[2]))
            .withSplits(SPLITS);
    env.fromSource(entries, WatermarkStrategy.noWatermarks(), "entries")
        .uid("entries")
        .flatMap(new Visits(keys), TypeInformation.of(Visit.class))
        .uid("visits")
        .keyBy(Visit::key)
        .process(new Visited(args[1]))
        .uid("visited")
        .sinkTo(FileSink.forRowFormat(args[0], new LineEncoder<Visit>()).build())
        .uid("some");
    env.execute("Large state");
  }

  /** The visits of a key come from one split, which is the remainder by their number. */
  private record Visits(long keys) implements FlatMapFunction<Long, Visit> {
    @Override
    public void flatMap(Long index, Collector<Visit> out) {
      long first = keys / KEYS_PER_FIRST_ENTRY;
      if (index >= first) {
        long later = index - first;
        out.collect(new Visit(later % keys, 1 + later / keys));
        return;
      }
      for (int i = 0; i < KEYS_PER_FIRST_ENTRY; i++) {
        long place = index / SPLITS * KEYS_PER_FIRST_ENTRY + i;
        out.collect(new Visit(place * SPLITS + index % SPLITS, 0));
      }
    }
  }

  private static final class Visited extends KeyedProcessFunction<Long, Visit, Visit> {
    private final String directory;
    private transient ValueState<Long> next;
    private transient ValueState<byte[]> content;
    private transient SignOfLife sign;

    Visited(String directory) {
      this.directory = directory;
    }

    @Override
    public void open(OpenContext context) throws IOException {
      next = getRuntimeContext().getState(new ValueStateDescriptor<>("next", Long.class));
      content = getRuntimeContext().getState(new ValueStateDescriptor<>("content", byte[].class));
      sign = new SignOfLife(directory, getRuntimeContext().getTaskInfo().getIndexOfThisSubtask());
    }

    @Override
    public void close() throws IOException {
      if (sign != null) {
        sign.close();
      }
    }

    @Override
    public void processElement(Visit visit, Context context, Collector<Visit> out)
        throws Exception {
      byte[] expected = new byte[BYTES_PER_KEY];
      new SplittableRandom(visit.key()).nextBytes(expected);
      Long number = next.value();
      boolean right =
          visit.number() == 0
              ? number == null && content.value() == null
              : number != null
                  && number == visit.number()
                  && java.util.Arrays.equals(expected, content.value());
      if (!right) {
        throw new IllegalStateException(visit + " finds " + number);
      }
      next.update(visit.number() + 1);
      if (visit.number() == 0) {
        content.update(expected);
      }
      if (visit.key() % OUTPUT_SHARE == 0) {
        out.collect(visit);
      }
      sign.emits();
    }
  }
}
