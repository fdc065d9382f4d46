package dev.weft.engine.server.saved;

import dev.weft.api.functions.Collector;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.savepoint.KeyedStateReaderFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads all that {@link Shop.Orders} keeps. */
final class Customers extends KeyedStateReaderFunction<String, Shop.Customer> {
  private transient Shop.States states;

  @Override
  public void open(OpenContext context) {
    states = new Shop.States(getRuntimeContext());
  }

  @Override
  public void readKey(String key, Context ctx, Collector<Shop.Customer> out) throws Exception {
    List<Long> first = new ArrayList<>();
    states.first.get().forEach(first::add);
    TreeMap<Long, Long> byShop = new TreeMap<>();
    for (Map.Entry<Long, Long> entry : states.byShop.entries()) {
      byShop.put(entry.getKey(), entry.getValue());
    }
    out.collect(
        new Shop.Customer(
            key,
            states.orders.value(),
            states.sum.get(),
            states.mean.get(),
            first,
            byShop,
            List.copyOf(ctx.registeredEventTimeTimers()),
            List.copyOf(ctx.registeredProcessingTimeTimers())));
  }

  /** What the states of a key are after it was seen so many times. */
  static Shop.Customer after(int key, long orders) {
    long sum = 0;
    List<Long> first = new ArrayList<>();
    TreeMap<Long, Long> byShop = new TreeMap<>();
    for (long i = 0; i < orders; i++) {
      long order = key + i * Shop.KEYS;
      sum += order;
      if (i < 3) {
        first.add(order);
      }
      byShop.merge(order % 3, 1L, Long::sum);
    }
    return new Shop.Customer(
        "k" + key,
        orders,
        sum,
        (double) sum / orders,
        first,
        byShop,
        List.of(Shop.FIRST_TIMER + key),
        List.of(Shop.FIRST_TIMER + 2L * key));
  }
}
