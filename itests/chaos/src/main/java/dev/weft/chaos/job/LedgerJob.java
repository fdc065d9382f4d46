package dev.weft.chaos.job;

import dev.weft.api.OutputTag;
import dev.weft.api.SingleOutputStreamOperator;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.windowing.ProcessWindowFunction;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.windowing.assigners.TumblingEventTimeWindows;
import dev.weft.api.windowing.windows.TimeWindow;
import dev.weft.connectors.hdfs.sink.FileSink;
import dev.weft.connectors.hdfs.sink.LineEncoder;
import java.time.Duration;

/**
 * Numbers the entries of a ledger per account, into one directory, and counts the numbered entries
 * per account and second of event time, into another. Arguments: output directory, directory of
 * signs of life, entries per second and reader, accounts, milliseconds between checkpoints.
 */
public final class LedgerJob {
  /** Readers of the ledger; the remainder of an index by this number is its split. */
  public static final int SPLITS = 4;

  /** Entries of a split in a second of event time. */
  public static final long ENTRIES_PER_SECOND = 100;

  private static final Duration WINDOW = Duration.ofSeconds(1);

  private LedgerJob() {}

  /** An entry. */
  public record Entry(long index, long account) {}

  /** An entry with how many its account had up to it. */
  public record Numbered(long index, long account, long number) {
    @Override
    public String toString() {
      return index + "," + account + "," + number;
    }
  }

  /** How many entries of an account fell into a second. */
  public record Counted(long account, long second, long entries) {
    @Override
    public String toString() {
      return account + "," + second + "," + entries;
    }
  }

  /** The event time of an entry. */
  public static long time(long index) {
    return index / SPLITS * 1000 / ENTRIES_PER_SECOND;
  }

  /** The account of an entry: the same for the same index, spread well. */
  public static long accountOf(long index, long accounts) {
    long mixed = (index ^ (index >>> 31)) * 0x9fb21c651e98df25L;
    return Math.floorMod(mixed ^ (mixed >>> 28), accounts);
  }

  /** Runs the job until it is stopped. */
  public static void main(String[] args) throws Exception {
    long accounts = Long.parseLong(args[3]);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.enableCheckpointing(Long.parseLong(args[4]));
    DataGeneratorSource<Entry> entries =
        new DataGeneratorSource<>(
                index -> new Entry(index, accountOf(index, accounts)),
                TypeInformation.of(Entry.class),
                DataGeneratorSource.ENDLESS)
            .withRatePerReader(Long.parseLong(args[2]))
            .withSplits(SPLITS);
    WatermarkStrategy<Entry> time =
        WatermarkStrategy.<Entry>forBoundedOutOfOrderness(Duration.ofSeconds(5))
            .withTimestampAssigner((entry, before) -> time(entry.index()));
    SingleOutputStreamOperator<Numbered> numbered =
        env.fromSource(entries, time, "entries")
            .uid("entries")
            .keyBy(Entry::account)
            .process(new NumberOfAccount(args[1]))
            .name("numbers")
            .uid("numbers");
    numbered
        .sinkTo(
            FileSink.forRowFormat(args[0] + "/ledger", new LineEncoder<Numbered>())
                .withPublicationLog()
                .build())
        .name("ledger")
        .uid("ledger");
    OutputTag<Numbered> late = new OutputTag<>("late", TypeInformation.of(Numbered.class));
    SingleOutputStreamOperator<Counted> counted =
        numbered
            .keyBy(Numbered::account)
            .window(TumblingEventTimeWindows.of(WINDOW))
            .sideOutputLateData(late)
            .process(new CountOfWindow());
    counted.name("seconds").uid("seconds");
    counted
        .union(
            counted
                .getSideOutput(late)
                .map(
                    entry -> new Counted(entry.account(), time(entry.index()) / 1000, 1),
                    TypeInformation.of(Counted.class)))
        .sinkTo(FileSink.forRowFormat(args[0] + "/seconds", new LineEncoder<Counted>()).build())
        .name("counts")
        .uid("counts");
    env.execute("Ledger");
  }

  private static final class CountOfWindow
      extends ProcessWindowFunction<Numbered, Counted, Long, TimeWindow> {
    @Override
    public void process(
        Long account, Context context, Iterable<Numbered> elements, Collector<Counted> out) {
      long entries = 0;
      for (Numbered ignored : elements) {
        entries++;
      }
      out.collect(new Counted(account, context.window().getStart() / 1000, entries));
    }
  }
}
