package dev.weft.engine.operator.pair;

import dev.weft.api.functions.TimeDomain;
import dev.weft.api.graph.TwoInputOperation;
import dev.weft.engine.batch.HiddenCopies;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.operator.KeyedOperator;
import dev.weft.engine.operator.Output;
import dev.weft.engine.operator.RowLoop;
import dev.weft.engine.protocol.ChainSpec;
import java.lang.invoke.MethodHandles;
import java.util.List;

/**
 * Runs a function of two inputs, with keyed state and timers where an input is keyed.
 *
 * @param <F> the function
 */
abstract class PairOperator<F> extends KeyedOperator {
  final F function;
  final Moment moment = new Moment(this);
  private final List<RowLoop<PairOperator<F>>> loops;

  /**
   * An operator.
   *
   * @param first the loop over a batch of input 0, as a template
   * @param second the loop over a batch of input 1
   */
  @SuppressWarnings("unchecked")
  PairOperator(
      ChainSpec.OperatorSpec spec,
      TwoInputOperation operation,
      Class<? extends RowLoop<PairOperator<F>>> first,
      Class<? extends RowLoop<PairOperator<F>>> second) {
    super(spec, operation.function());
    this.function = (F) required(operation.function(), spec);
    this.loops =
        List.of(
            HiddenCopies.loop(MethodHandles.lookup(), first, function.getClass()),
            HiddenCopies.loop(MethodHandles.lookup(), second, function.getClass()));
  }

  @Override
  protected final void processKeyed(int input, ObjectBatch batch, Output out) throws Exception {
    moment.domain = null;
    loops.get(input).run(this, batch, out);
  }

  @Override
  protected final void eventTimeReached(long newWatermark, Output out) throws Exception {
    if (timers() != null) {
      moment.domain = TimeDomain.EVENT_TIME;
      timers().fireEvent(newWatermark, this::timerDue);
    }
  }

  @Override
  public final void onProcessingTime(long now, Output out) throws Exception {
    collector().begin(out);
    moment.domain = TimeDomain.PROCESSING_TIME;
    try {
      timers().fireProcessing(now, this::timerDue);
      collector().check();
    } finally {
      collector().end();
    }
  }

  @Override
  public final long nextProcessingTime() {
    return timers() == null ? Long.MAX_VALUE : timers().nextProcessing();
  }

  private void timerDue(long time, long discriminator) throws Exception {
    boolean eventTime = moment.domain == TimeDomain.EVENT_TIME;
    moment.timestamp = time;
    collector().timestamp(eventTime ? time : ObjectBatch.NO_TIMESTAMP);
    try {
      onTimer(time);
    } catch (Throwable t) {
      collector().check();
      throw site()
          .inCall(
              "onTimer of the "
                  + (eventTime ? "event" : "processing")
                  + "-time timer "
                  + time
                  + " of key "
                  + store().currentKey(),
              t);
    }
  }

  /** Calls the function for a timer of the current key. */
  abstract void onTimer(long time) throws Exception;

  final long now() {
    return context.clock().currentTimeMillis();
  }
}
