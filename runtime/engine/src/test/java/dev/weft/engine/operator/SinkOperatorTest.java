package dev.weft.engine.operator;

import static dev.weft.engine.operator.Event.row;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.connector.Committer;
import dev.weft.api.connector.CommitterContext;
import dev.weft.api.connector.CommittingSinkWriter;
import dev.weft.api.connector.SimpleVersionedSerializer;
import dev.weft.api.connector.Sink;
import dev.weft.api.connector.SinkWriter;
import dev.weft.api.connector.SinkWriterContext;
import dev.weft.api.connector.TransactionalSink;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.graph.Operation;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.protocol.ChainSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SinkOperatorTest {
  /** What writers did; the tests of this class run one after another. */
  private static final List<String> CALLS = new ArrayList<>();

  private final ManualClock clock = new ManualClock(0);

  @BeforeEach
  void forget() {
    CALLS.clear();
  }

  private static final class Writer implements CommittingSinkWriter<String, String> {
    private final SinkWriterContext context;
    private final StringBuilder staged = new StringBuilder();

    Writer(SinkWriterContext context) {
      this.context = context;
    }

    @Override
    public void write(String record, long timestamp) throws IOException {
      if (record.equals("bad")) {
        throw new IOException("disk full");
      }
      staged.append(record).append('@').append(timestamp).append(' ');
    }

    @Override
    public void flush(boolean endOfInput) {
      CALLS.add("flush " + endOfInput);
    }

    @Override
    public List<String> prepareCommit(long checkpointId) {
      if (staged.isEmpty()) {
        return List.of();
      }
      String name =
          context.sinkUid()
              + "-"
              + context.subtaskIndex()
              + "-"
              + context.attempt()
              + "-"
              + checkpointId
              + ": "
              + staged;
      staged.setLength(0);
      return List.of(name);
    }

    @Override
    public void close() {
      CALLS.add("close");
    }
  }

  private static final class Text implements SimpleVersionedSerializer<String> {
    @Override
    public int getVersion() {
      return 4;
    }

    @Override
    public byte[] serialize(String value) {
      return value.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String deserialize(int version, byte[] serialized) {
      return new String(serialized, StandardCharsets.UTF_8);
    }
  }

  private static final class Staging implements TransactionalSink<String, String> {
    @Override
    public CommittingSinkWriter<String, String> createWriter(SinkWriterContext context) {
      return new Writer(context);
    }

    @Override
    public Committer<String> createCommitter(CommitterContext context) {
      throw new UnsupportedOperationException("operators make no committers");
    }

    @Override
    public SimpleVersionedSerializer<String> getCommittableSerializer() {
      return new Text();
    }
  }

  private static final class Plain implements Sink<String> {
    @Override
    public SinkWriter<String> createWriter(SinkWriterContext context) {
      return new Writer(context);
    }

    @Override
    public boolean blocking() {
      return false;
    }
  }

  private static ChainSpec.OperatorSpec spec(Sink<String> sink) {
    return Specs.plain(new Operation.ToSink<>(sink));
  }

  private static List<String> texts(Operator.Snapshot snapshot) {
    assertEquals(4, snapshot.committableVersion());
    return snapshot.committables().stream()
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .toList();
  }

  @Test
  void everyCheckpointNamesWhatWasStagedSinceTheOneBefore() throws Exception {
    try (Instance instance = Instance.fresh(spec(new Staging()), clock)) {
      Event.Recorder out = new Event.Recorder();
      instance.feed(List.of(row("a", 1), row("b", 2)), false, out);
      assertEquals(List.of("uid-1-0-1-7: a@1 b@2 "), texts(instance.operator.snapshot(7)));
      assertEquals(List.of(), texts(instance.operator.snapshot(8)));
      instance.feed(List.of(row("c", 3)), false, out);
      instance.operator.finish(out);
      assertEquals(List.of("uid-1-0-1-9: c@3 "), texts(instance.operator.snapshot(9)));
      assertEquals(List.of("flush false", "flush false", "flush true"), CALLS);
    }
    assertEquals("close", CALLS.get(3));
  }

  @Test
  void aNewAttemptUsesNewNames() throws Exception {
    Instance first = Instance.fresh(spec(new Staging()), clock);
    Instance.Saved saved = first.snapshot(7);
    first.close();
    try (Instance second = Instance.restored(first.context.spec, 0, 1, clock, List.of(saved))) {
      second.feed(List.of(row("a")), false, new Event.Recorder());
      assertEquals(
          List.of("uid-1-0-2-8: a@" + ObjectBatch.NO_TIMESTAMP + " "),
          texts(second.operator.snapshot(8)));
    }
  }

  @Test
  void aPlainSinkIsFlushedAtCheckpointsAndTheEnd() throws Exception {
    try (Instance instance = Instance.fresh(spec(new Plain()), clock)) {
      assertEquals(Operator.Snapshot.EMPTY, instance.operator.snapshot(1));
      instance.operator.finish(new Event.Recorder());
      assertEquals(List.of("flush false", "flush true"), CALLS);
    }
  }

  @Test
  void outputErrorsNameTheRecord() throws Exception {
    try (Instance instance = Instance.fresh(spec(new Plain()), clock)) {
      WeftException failure =
          assertThrows(
              WeftException.class,
              () -> instance.feed(List.of(row("bad", 9)), false, new Event.Recorder()));
      assertEquals(ErrorCode.DEPENDENCY, failure.code());
      assertEquals(
          "Operator 'Step' (Program.java:7), subtask 0, failed in writing record bad with timestamp"
              + " 9: java.io.IOException: disk full",
          failure.getMessage());
    }
  }

  @Test
  void blockingIsWhatTheSinkSays() {
    assertTrue(Operators.blocking(spec(new Staging())));
    assertTrue(!Operators.blocking(spec(new Plain())));
  }
}
