package dev.weft.benchmarks;

import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.connector.builtin.DiscardingSink;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.types.TypeInformation;

/** {@code w4}: updates of five million keys whose state is a count, a sum and 64 bytes. */
final class LargeState implements Workload {
  private static final String SUM = "w4";
  private static final int KEYS = 5_000_000;
  private static final int KEY_STREAM = 10;
  private static final int VALUE_STREAM = 11;
  private static final int VALUE_MASK = 1023;
  private static final int PAYLOAD_BYTES = 64;

  /** An update. */
  public record Update(long key, long value, long index) {}

  /** The state of a key. */
  public static final class Account {
    public long count;
    public long sum;
    public byte[] payload;
  }

  private static long key(long index) {
    return Scramble.mix(Scramble.below(Scramble.number(KEY_STREAM, index), KEYS) + 1L);
  }

  private static Update update(long index) {
    return new Update(key(index), Scramble.number(VALUE_STREAM, index) & VALUE_MASK, index);
  }

  private static final class Running extends KeyedProcessFunction<Long, Update, Long> {
    private transient ValueState<Account> account;

    @Override
    public void open(OpenContext context) {
      account = getRuntimeContext().getState(new ValueStateDescriptor<>("account", Account.class));
    }

    @Override
    public void processElement(Update update, Context ctx, Collector<Long> out) throws Exception {
      Account now = account.value();
      if (now == null) {
        now = new Account();
        now.payload = new byte[PAYLOAD_BYTES];
      }
      now.count++;
      now.sum += update.value();
      for (int i = 0; i < PAYLOAD_BYTES; i++) {
        now.payload[i] = (byte) (update.index() >>> (i & 7));
      }
      account.update(now);
      out.collect(now.count);
    }
  }

  @Override
  public void build(StreamExecutionEnvironment environment, long records) {
    environment
        .fromSource(
            new DataGeneratorSource<>(
                LargeState::update, TypeInformation.of(Update.class), records),
            WatermarkStrategy.noWatermarks(),
            "updates")
        .keyBy(Update::key)
        .process(new Running())
        .returns(Long.class)
        .process(new Totals.Absorb<Long>(SUM, Long::longValue))
        .returns(Long.class)
        .sinkTo(new DiscardingSink<>());
  }

  @Override
  public long defaultRecords() {
    return 20_000_000;
  }

  @Override
  public long outcome(long records) {
    return Totals.of(SUM);
  }

  @Override
  public long expected(long records) {
    int[] counts = new int[KEYS];
    long sum = 0;
    for (long index = 0; index < records; index++) {
      sum += ++counts[Scramble.below(Scramble.number(KEY_STREAM, index), KEYS)];
    }
    return sum;
  }
}
