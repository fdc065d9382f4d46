package dev.weft.benchmarks;

import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.connector.builtin.DiscardingSink;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.types.TypeInformation;
import java.util.Arrays;

/**
 * {@code w6}: records of 100 bytes between two processes, from each to both. Counts by key in a
 * plain map of the task, so that the exchange and not the state is measured.
 */
final class Shuffle implements Workload {
  /** Bytes of a record: the key and the payload. */
  static final int RECORD_BYTES = 100;

  private static final String SUM = "w6";
  private static final int KEY_STREAM = 30;
  private static final int KEYS = 1 << 20;
  private static final int PAYLOAD_BYTES = RECORD_BYTES - Long.BYTES;

  /** Made once: the program measures how payloads travel and not how they are made. */
  private static final byte[][] PAYLOADS = payloads();

  /** What travels. */
  public record Row(long key, byte[] payload) {}

  private static long key(long index) {
    return Scramble.number(KEY_STREAM, index) & KEYS - 1;
  }

  private static Row row(long index) {
    return new Row(key(index), PAYLOADS[(int) (index % PAYLOAD_BYTES)]);
  }

  private static byte[][] payloads() {
    byte[][] payloads = new byte[PAYLOAD_BYTES][PAYLOAD_BYTES];
    for (int i = 0; i < PAYLOAD_BYTES; i++) {
      payloads[i][i] = (byte) (i + 1);
    }
    return payloads;
  }

  private static final class KeyCount extends KeyedProcessFunction<Long, Row, Long> {
    private transient Counts counts;

    @Override
    public void open(OpenContext context) {
      counts = new Counts();
    }

    @Override
    public void processElement(Row row, Context ctx, Collector<Long> out) {
      out.collect(counts.increment(row.key()));
    }
  }

  /** Open addressing with room for all keys. */
  private static final class Counts {
    private static final int SLOTS = KEYS * 2;
    private static final long FREE = -1;

    private final long[] table = new long[SLOTS * 2];

    Counts() {
      Arrays.fill(table, FREE);
    }

    long increment(long key) {
      int slot = (int) Scramble.mix(key) & SLOTS - 1;
      while (table[2 * slot] != key) {
        if (table[2 * slot] == FREE) {
          table[2 * slot] = key;
          table[2 * slot + 1] = 0;
          break;
        }
        slot = slot + 1 & SLOTS - 1;
      }
      return ++table[2 * slot + 1];
    }
  }

  @Override
  public void build(StreamExecutionEnvironment environment, long records) {
    environment
        .fromSource(
            new DataGeneratorSource<>(Shuffle::row, TypeInformation.of(Row.class), records),
            WatermarkStrategy.noWatermarks(),
            "rows")
        .keyBy(Row::key)
        .process(new KeyCount())
        .returns(Long.class)
        .process(new Totals.Absorb<Long>(SUM, Long::longValue))
        .returns(Long.class)
        .sinkTo(new DiscardingSink<>());
  }

  @Override
  public long defaultRecords() {
    return 30_000_000;
  }

  @Override
  public long outcome(long records) {
    return Totals.of(SUM);
  }

  @Override
  public long expected(long records) {
    Counts counts = new Counts();
    long sum = 0;
    for (long index = 0; index < records; index++) {
      sum += counts.increment(key(index));
    }
    return sum;
  }
}
