package dev.weft.examples;

import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.windowing.assigners.TumblingEventTimeWindows;
import dev.weft.connectors.hive.HiveSink;
import dev.weft.connectors.hive.HiveSource;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;

/**
 * A Hive ETL job: the revenue of each day of shipping from the TPC-H table {@code lineitem} into a
 * partitioned ORC table, which is made when it is missing.
 *
 * <pre>
 * weft run -t yarn-per-job -p 4 DailyRevenue.jar --from tpch.lineitem --into mart.daily_revenue
 * </pre>
 */
public final class DailyRevenue {
  private DailyRevenue() {}

  /** The columns that are read. */
  public record Line(
      LocalDate lShipdate, BigDecimal lExtendedprice, BigDecimal lDiscount, String shipMonth) {}

  /** A row of the result; {@code shipMonth} is its partition. */
  public record Revenue(LocalDate shipDate, BigDecimal revenue, long lines, String shipMonth) {}

  /** Runs the job: {@code --from TABLE --into TABLE [--where CONDITION-ON-PARTITION-KEYS]}. */
  public static void main(String[] args) throws Exception {
    Arguments arguments = new Arguments(args, "from", "into", "where");
    HiveSource.Builder<Line> from = HiveSource.table(arguments.required("from"), Line.class);
    String where = arguments.optional("where", "");
    if (!where.isEmpty()) {
      from.partitions(where);
    }
    HiveSink<Revenue> into =
        HiveSink.table(arguments.required("into"), Revenue.class)
            .partitionedBy("ship_month")
            .columnType("revenue", "decimal(38,4)")
            .createIfMissing()
            .build();

    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.fromSource(
            from.build(),
            WatermarkStrategy.<Line>noWatermarks()
                .withTimestampAssigner((line, none) -> startOf(line.lShipdate())),
            "lineitem")
        .keyBy(Line::shipMonth)
        .window(TumblingEventTimeWindows.of(Duration.ofDays(1)))
        .aggregate(new SumOfDay())
        .name("revenue of the day")
        .sinkTo(into)
        .name("daily revenue");
    env.execute("DailyRevenue");
  }

  private static long startOf(LocalDate day) {
    return day.toEpochSecond(LocalTime.MIDNIGHT, ZoneOffset.UTC) * 1000;
  }

  /** Sums price times one minus discount. */
  static final class SumOfDay implements AggregateFunction<Line, Revenue, Revenue> {
    @Override
    public Revenue createAccumulator() {
      return new Revenue(null, BigDecimal.ZERO, 0, null);
    }

    @Override
    public Revenue add(Line line, Revenue sum) {
      BigDecimal paid = line.lExtendedprice().multiply(BigDecimal.ONE.subtract(line.lDiscount()));
      return new Revenue(
          line.lShipdate(), sum.revenue().add(paid), sum.lines() + 1, line.shipMonth());
    }

    @Override
    public Revenue getResult(Revenue sum) {
      return sum;
    }

    @Override
    public Revenue merge(Revenue left, Revenue right) {
      return new Revenue(
          left.shipDate() == null ? right.shipDate() : left.shipDate(),
          left.revenue().add(right.revenue()),
          left.lines() + right.lines(),
          left.shipMonth() == null ? right.shipMonth() : left.shipMonth());
    }
  }
}
