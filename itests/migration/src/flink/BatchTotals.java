package jobs;

import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Totals per customer as a batch: each once, when all input is read. */
public class BatchTotals {
  /** A POJO with getters and setters. */
  public static class Order {
    private String customer;
    private long cents;

    public Order() {}

    public Order(String customer, long cents) {
      this.customer = customer;
      this.cents = cents;
    }

    public String getCustomer() {
      return customer;
    }

    public void setCustomer(String customer) {
      this.customer = customer;
    }

    public long getCents() {
      return cents;
    }

    public void setCents(long cents) {
      this.cents = cents;
    }

    @Override
    public String toString() {
      return customer + " " + cents;
    }
  }

  public static void main(String[] args) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setRuntimeMode(RuntimeExecutionMode.BATCH);
    env.setParallelism(2);
    env.fromData(
            new Order("ann", 100), new Order("bob", 20), new Order("ann", 3), new Order("cy", 7))
        .keyBy(Order::getCustomer)
        .sum("cents")
        .sinkTo(
            FileSink.forRowFormat(new Path(args[0]), new SimpleStringEncoder<Order>()).build());
    env.execute("Batch totals");
  }
}
