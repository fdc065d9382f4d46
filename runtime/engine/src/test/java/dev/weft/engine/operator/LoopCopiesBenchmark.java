package dev.weft.engine.operator;

import dev.weft.api.OutputTag;
import dev.weft.api.functions.MapFunction;
import dev.weft.api.graph.Operation;
import dev.weft.engine.batch.HiddenCopies;
import dev.weft.engine.batch.ObjectBatch;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Locale;

/**
 * Not a test: prints what a row costs in a map loop when eight functions share the loop's class and
 * when each has a copy of its own. Run it when the templates change.
 */
final class LoopCopiesBenchmark {
  private static final int ROUNDS = 6;
  private static final int BATCHES = 20_000;

  private LoopCopiesBenchmark() {}

  /** Takes the place of the rest of a chain. */
  private static final class Sink implements Output {
    private long taken;

    @Override
    public void emit(Object value, long timestamp) {
      taken++;
    }

    @Override
    public void emit(ObjectBatch batch) {
      taken += batch.size();
    }

    @Override
    public void emit(OutputTag<?> tag, Object value, long timestamp) {
      taken++;
    }

    @Override
    public void watermark(long timestamp) {}

    @Override
    public void idle(boolean idle) {}
  }

  /** Measures both ways in turn. */
  public static void main(String[] arguments) throws Exception {
    List<MapFunction<Integer, Integer>> functions =
        List.of(
            value -> value > 3 ? value : 1,
            value -> value < 3 ? value : 2,
            value -> value == 3 ? value : 3,
            value -> value != 3 ? value : 4,
            value -> (value & 1) == 0 ? value : 5,
            value -> (value & 2) == 0 ? value : 6,
            value -> (value & 4) == 0 ? value : 7,
            value -> (value & 8) == 0 ? value : 8);
    Object[] values = new Object[ObjectBatch.ROWS_MAX];
    for (int row = 0; row < values.length; row++) {
      values[row] = row & 63;
    }
    ObjectBatch batch = new ObjectBatch(values, null, null, values.length);
    for (int round = 0; round < ROUNDS; round++) {
      double shared = measure(functions, batch, false);
      double own = measure(functions, batch, true);
      System.out.printf(Locale.ROOT, "shared loop %.2f ns/row, own %.2f ns/row%n", shared, own);
    }
  }

  @SuppressWarnings("unchecked")
  private static double measure(
      List<MapFunction<Integer, Integer>> functions, ObjectBatch batch, boolean copies)
      throws Exception {
    StatelessOperator<MapFunction<Object, Object>>[] operators =
        new StatelessOperator[functions.size()];
    RowLoop<StatelessOperator<MapFunction<Object, Object>>>[] loops = new RowLoop[operators.length];
    for (int i = 0; i < operators.length; i++) {
      operators[i] =
          (StatelessOperator<MapFunction<Object, Object>>)
              Operators.create(Specs.plain(new Operation.Map<>(functions.get(i))));
      loops[i] =
          copies
              ? HiddenCopies.loop(
                  MethodHandles.lookup(),
                  StatelessOperator.MapLoop.class,
                  functions.get(i).getClass())
              : new StatelessOperator.MapLoop();
    }
    Sink sink = new Sink();
    long begin = System.nanoTime();
    for (int i = 0; i < BATCHES; i++) {
      loops[i % loops.length].run(operators[i % loops.length], batch, sink);
    }
    return (System.nanoTime() - begin) / (double) sink.taken;
  }
}
