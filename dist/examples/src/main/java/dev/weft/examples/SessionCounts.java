package dev.weft.examples;

import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.types.TypeInformation;
import dev.weft.connectors.hdfs.sink.FileSink;
import dev.weft.connectors.hdfs.sink.LineEncoder;
import java.io.IOException;

/**
 * An endless streaming job whose output is a ledger: clicks of sessions, numbered per session, into
 * files that appear with each checkpoint. Each line is {@code index,session,count}. Stopped at any
 * time, after any number of failures, the files hold every index of a prefix of each source split
 * once, and the counts of each session run from 1 without a gap; {@code weft sandbox check-ledger}
 * says whether they do.
 *
 * <pre>weft run -t yarn-per-job -p 2 SessionCounts.jar --into hdfs:///tmp/sessions</pre>
 */
public final class SessionCounts {
  private SessionCounts() {}

  /** A click. */
  public record Click(long index, long session) {}

  /** A click with how many its session had up to it. */
  public record Counted(long index, long session, long count) {
    @Override
    public String toString() {
      return index + "," + session + "," + count;
    }
  }

  /**
   * Runs the job: {@code --into DIRECTORY [--rate RECORDS-PER-SECOND-AND-READER] [--sessions N]
   * [--count N] [--splits N] [--checkpoint MILLISECONDS]}; without a count it is endless.
   */
  public static void main(String[] args) throws Exception {
    Arguments arguments =
        new Arguments(args, "into", "rate", "sessions", "count", "splits", "checkpoint");
    String into = arguments.required("into");
    long sessions = arguments.number("sessions", 1000);
    long count = arguments.number("count", DataGeneratorSource.ENDLESS);

    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.enableCheckpointing(arguments.number("checkpoint", 1000));
    DataGeneratorSource<Click> clicks =
        new DataGeneratorSource<>(
                index -> new Click(index, sessionOf(index, sessions)),
                TypeInformation.of(Click.class),
                count)
            .withRatePerReader(arguments.number("rate", 5000))
            .withSplits((int) arguments.number("splits", 4));
    env.fromSource(clicks, WatermarkStrategy.noWatermarks(), "clicks")
        .keyBy(Click::session)
        .process(new CountOfSession())
        .uid("counts")
        .name("count of the session")
        .sinkTo(FileSink.forRowFormat(into, new LineEncoder<Counted>()).build())
        .name("ledger");
    env.execute("SessionCounts");
  }

  /** The session of a click: the same for the same index, spread well. */
  static long sessionOf(long index, long sessions) {
    long mixed = (index ^ (index >>> 29)) * 0xbf58476d1ce4e5b9L;
    return Math.floorMod(mixed ^ (mixed >>> 32), sessions);
  }

  /** Numbers the clicks of each session. */
  static final class CountOfSession extends KeyedProcessFunction<Long, Click, Counted> {
    private transient ValueState<Long> count;

    @Override
    public void open(OpenContext context) {
      count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Long.class));
    }

    @Override
    public void processElement(Click click, Context ctx, Collector<Counted> out)
        throws IOException {
      Long before = count.value();
      long now = before == null ? 1 : before + 1;
      count.update(now);
      out.collect(new Counted(click.index(), click.session(), now));
    }
  }
}
