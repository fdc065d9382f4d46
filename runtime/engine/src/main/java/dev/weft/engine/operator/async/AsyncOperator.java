package dev.weft.engine.operator.async;

import dev.weft.api.functions.async.AsyncFunction;
import dev.weft.api.functions.async.AsyncRetryStrategy;
import dev.weft.api.graph.Operation;
import dev.weft.api.state.CheckpointedFunction;
import dev.weft.api.state.FunctionInitializationContext;
import dev.weft.api.state.FunctionSnapshotContext;
import dev.weft.api.state.ListState;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.tuple.Tuple2;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.Types;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.operator.FunctionOperator;
import dev.weft.engine.operator.OperatorContext;
import dev.weft.engine.operator.Output;
import dev.weft.engine.protocol.ChainSpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Begins a request per record and emits the answers. Answers come from any thread through a queue
 * and wake the task up. Records beyond the capacity wait, and while any does there is no room.
 */
public final class AsyncOperator extends FunctionOperator {
  private final AsyncFunction<Object, Object> function;
  private final AsyncRetryStrategy<Object> retry;
  private final Operation.Async<?, ?> operation;
  private final Kept kept;
  private final Queue<Attempt> answers = new ConcurrentLinkedQueue<>();
  private final ArrayDeque<Segment> segments = new ArrayDeque<>();
  private final LinkedHashSet<Call> held = new LinkedHashSet<>();
  private final LinkedHashSet<Call> timed = new LinkedHashSet<>();
  private final PriorityQueue<Call> retries =
      new PriorityQueue<>(Comparator.comparingLong(Call::retryAt));
  private final ArrayDeque<Waiting> backlog = new ArrayDeque<>();
  private boolean ending;
  private volatile boolean closed;

  /** A record, or a watermark, that waits for room. */
  private record Waiting(Object record, long timestamp, boolean watermark) {}

  /** An operator. */
  public AsyncOperator(ChainSpec.OperatorSpec spec, Operation.Async<?, ?> operation) {
    this(spec, operation, new Kept(spec.inputType()));
  }

  @SuppressWarnings("unchecked")
  private AsyncOperator(ChainSpec.OperatorSpec spec, Operation.Async<?, ?> operation, Kept kept) {
    super(spec, operation.function(), kept);
    this.function = (AsyncFunction<Object, Object>) required(operation.function(), spec);
    this.retry = (AsyncRetryStrategy<Object>) operation.retry();
    this.operation = operation;
    this.kept = kept;
    kept.owner = this;
    segments.add(new Segment());
  }

  /** The records in flight, in a checkpoint. */
  private static final class Kept implements CheckpointedFunction {
    private final TypeInformation<?> type;
    private AsyncOperator owner;
    private ListState<Tuple2<Long, Object>> state;

    Kept(TypeInformation<?> type) {
      this.type = type;
    }

    @Override
    @SuppressWarnings("unchecked")
    public void initializeState(FunctionInitializationContext context) throws Exception {
      TypeInformation<Tuple2<Long, Object>> pair =
          Types.TUPLE(Types.LONG, (TypeInformation<Object>) type);
      state =
          context
              .getOperatorStateStore()
              .getListState(new ListStateDescriptor<>("weft-in-flight", pair));
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
      List<Tuple2<Long, Object>> records = new ArrayList<>();
      for (Call call : owner.held) {
        records.add(Tuple2.of(call.timestamp, call.record));
      }
      for (Waiting waiting : owner.backlog) {
        if (!waiting.watermark) {
          records.add(Tuple2.of(waiting.timestamp, waiting.record));
        }
      }
      state.update(records);
    }
  }

  @Override
  public void open(OperatorContext operatorContext) throws Exception {
    super.open(operatorContext);
    for (Tuple2<Long, Object> record : kept.state.get()) {
      backlog.add(new Waiting(record.f1, record.f0, false));
    }
    kept.state.clear();
    fill();
  }

  @Override
  protected void processRows(int input, ObjectBatch batch, Output out) throws Exception {
    for (int row = 0; row < batch.size(); row++) {
      backlog.add(new Waiting(batch.value(row), batch.timestamp(row), false));
    }
    collect(out);
  }

  @Override
  public void onWatermark(long watermark, Output out) throws Exception {
    backlog.add(new Waiting(null, watermark, true));
    collect(out);
  }

  @Override
  public boolean ownsWatermarks() {
    return true;
  }

  @Override
  public boolean ownsIdleness() {
    return false;
  }

  @Override
  public boolean hasRoom() {
    return backlog.isEmpty() && !(ending && !held.isEmpty());
  }

  @Override
  public long nextProcessingTime() {
    if (!answers.isEmpty()) {
      return 0;
    }
    long next = timed.isEmpty() ? Long.MAX_VALUE : timed.iterator().next().deadline;
    return retries.isEmpty() ? next : Math.min(next, retries.peek().retryAt);
  }

  @Override
  public void onProcessingTime(long now, Output out) throws Exception {
    collect(out);
    fireDue(now);
    collect(out);
  }

  @Override
  public boolean drain(Output out) throws Exception {
    ending = true;
    onProcessingTime(context.clock().currentTimeMillis(), out);
    return held.isEmpty() && backlog.isEmpty();
  }

  @Override
  public void close() throws Exception {
    closed = true;
    super.close();
  }

  private void answered(Attempt attempt) {
    if (!closed) {
      answers.add(attempt);
      context.wakeUp();
    }
  }

  private void collect(Output out) throws Exception {
    do {
      for (Attempt attempt = answers.poll(); attempt != null; attempt = answers.poll()) {
        if (attempt.call.current == attempt) {
          settle(attempt);
        }
      }
      advance(out);
      fill();
      advance(out);
    } while (!answers.isEmpty());
  }

  /** Begins requests up to the capacity. */
  private void fill() throws Exception {
    if (backlog.isEmpty()) {
      return;
    }
    long now = context.clock().currentTimeMillis();
    while (!backlog.isEmpty() && (backlog.peek().watermark || held.size() < operation.capacity())) {
      Waiting next = backlog.poll();
      Segment last = segments.peekLast();
      if (next.watermark) {
        last.watermark = next.timestamp;
        segments.add(new Segment());
        continue;
      }
      long deadline =
          operation.timeoutMillis() == 0 ? Long.MAX_VALUE : now + operation.timeoutMillis();
      Call call = new Call(next.record, next.timestamp, last, deadline);
      last.pending++;
      held.add(call);
      if (deadline != Long.MAX_VALUE) {
        timed.add(call);
      }
      if (operation.ordered()) {
        segments.add(new Segment());
      }
      ask(call);
    }
  }

  private void ask(Call call) throws Exception {
    call.attempts++;
    call.current = new Attempt(call, this::answered);
    try {
      function.asyncInvoke(call.record, call.current);
    } catch (Throwable t) {
      throw site().atRecord(t, call.record, call.timestamp);
    }
  }

  private void settle(Attempt attempt) throws Exception {
    Call call = attempt.call;
    call.current = null;
    if (!call.timedOut && asksAgain(attempt)) {
      call.retryAt =
          context.clock().currentTimeMillis() + retry.getBackoffTimeMillis(call.attempts);
      retries.add(call);
      return;
    }
    if (attempt.error != null) {
      throw site().atRecord(attempt.error, call.record, call.timestamp);
    }
    timed.remove(call);
    call.results = attempt.results;
    call.segment.pending--;
    call.segment.ready.add(call);
  }

  private boolean asksAgain(Attempt attempt) {
    if (retry == null || !retry.canRetry(attempt.call.attempts)) {
      return false;
    }
    return attempt.error == null
        ? retry
            .getRetryPredicate()
            .resultPredicate()
            .filter(p -> p.test(attempt.results))
            .isPresent()
        : retry
            .getRetryPredicate()
            .exceptionPredicate()
            .filter(p -> p.test(attempt.error))
            .isPresent();
  }

  /** Emits what is ready as far as the order allows. */
  private void advance(Output out) {
    while (true) {
      Segment first = segments.peek();
      for (Call call = first.ready.poll(); call != null; call = first.ready.poll()) {
        held.remove(call);
        for (Object result : call.results) {
          out.emit(result, call.timestamp);
        }
      }
      if (first.pending > 0 || segments.size() == 1) {
        return;
      }
      segments.poll();
      if (first.watermark != Long.MIN_VALUE) {
        out.watermark(first.watermark);
      }
    }
  }

  private void fireDue(long now) throws Exception {
    while (!timed.isEmpty() && timed.iterator().next().deadline <= now) {
      Call call = timed.iterator().next();
      timed.remove(call);
      retries.remove(call);
      call.timedOut = true;
      call.current = new Attempt(call, this::answered);
      try {
        function.timeout(call.record, call.current);
      } catch (Throwable t) {
        throw site().atRecord(t, call.record, call.timestamp);
      }
    }
    while (!retries.isEmpty() && retries.peek().retryAt <= now) {
      ask(retries.poll());
    }
  }
}
