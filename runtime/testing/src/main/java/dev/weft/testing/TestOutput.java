package dev.weft.testing;

import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.exchange.Frame;
import dev.weft.engine.exchange.InputGate;
import java.util.ArrayList;
import java.util.List;

/**
 * An output of a program under test. Keeps what came over restores.
 *
 * @param <T> the records
 */
public final class TestOutput<T> {
  private final String name;
  private final List<TestRecord<T>> records = new ArrayList<>();
  private long watermark = Long.MIN_VALUE;
  private boolean idle;
  private boolean ended;
  private InputGate gate;

  TestOutput(String name) {
    this.name = name;
  }

  /** The name that the program gave it. */
  public String name() {
    return name;
  }

  /** The records since the last call. */
  public List<T> take() {
    return takeRecords().stream().map(TestRecord::value).toList();
  }

  /** The records since the last call, with their event times. */
  public List<TestRecord<T>> takeRecords() {
    List<TestRecord<T>> taken = new ArrayList<>(records);
    records.clear();
    return taken;
  }

  /** The last watermark that arrived; {@link Long#MIN_VALUE} before the first. */
  public long watermark() {
    return watermark;
  }

  /** Whether the output is idle. */
  public boolean idle() {
    return idle;
  }

  /** Whether the output has ended. */
  public boolean ended() {
    return ended;
  }

  void connect(InputGate consumer) {
    gate = consumer;
    idle = false;
    ended = false;
  }

  /** Takes what has arrived; says whether anything has. */
  @SuppressWarnings("unchecked")
  boolean drain() {
    boolean any = false;
    for (Frame frame = gate.poll(); frame != null; frame = gate.poll()) {
      any = true;
      if (frame instanceof Frame.Data data) {
        ObjectBatch batch = data.batch();
        for (int row = 0; row < batch.size(); row++) {
          records.add(new TestRecord<>((T) batch.value(row), batch.timestamp(row)));
        }
      } else if (frame instanceof Frame.Watermark mark) {
        watermark = Math.max(watermark, mark.timestamp());
      } else if (frame instanceof Frame.Idle change) {
        idle = change.idle();
      } else if (frame instanceof Frame.EndOfInput) {
        ended = true;
      }
    }
    return any;
  }
}
