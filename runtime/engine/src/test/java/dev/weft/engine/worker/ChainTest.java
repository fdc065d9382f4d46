package dev.weft.engine.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.OutputTag;
import dev.weft.api.graph.Partitioning;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.exchange.Frame;
import dev.weft.engine.exchange.LocalChannel;
import dev.weft.engine.exchange.OutputGate;
import dev.weft.engine.exchange.RecordCheck;
import dev.weft.engine.operator.Operator;
import dev.weft.engine.operator.OperatorContext;
import dev.weft.engine.operator.Output;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.protocol.CheckpointKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChainTest {
  private static final OutputTag<String> SIDE = new OutputTag<>("side", String.class);

  private final List<String> log = new ArrayList<>();
  private final List<LocalChannel> channels = new ArrayList<>();

  /** Logs what it is told and appends its name to each row, several times over if told so. */
  private class Appending implements Operator {
    final String name;
    final int copies;

    Appending(String name, int copies) {
      this.name = name;
      this.copies = copies;
    }

    @Override
    public void open(OperatorContext context) throws Exception {
      log.add(name + " open");
    }

    @Override
    public void process(int input, ObjectBatch batch, Output out) throws Exception {
      log.add(name + " " + batch.size());
      for (int row = 0; row < batch.size(); row++) {
        for (int copy = 0; copy < copies; copy++) {
          out.emit(batch.value(row) + name, batch.timestamp(row));
        }
      }
    }

    @Override
    public void onWatermark(long watermark, Output out) throws Exception {
      log.add(name + " w" + watermark);
      out.emit("timer-" + name, watermark);
    }

    @Override
    public void finish(Output out) {
      log.add(name + " finish");
      out.emit("last-" + name, ObjectBatch.NO_TIMESTAMP);
    }

    @Override
    public void close() throws Exception {
      log.add(name + " close");
    }
  }

  private Chain chain(Operator... operators) {
    List<ChainSpec.OperatorSpec> specs = new ArrayList<>();
    for (int i = 0; i < operators.length; i++) {
      specs.add(
          new ChainSpec.OperatorSpec("u" + i, "op" + i, "Job.java:" + i, null, null, null, null));
    }
    return new Chain(specs, List.of(operators));
  }

  /** Connects each operator's main output to an edge if asked for, and op 0's side output. */
  private void connect(Chain chain, boolean... edges) {
    List<Chain.Edges> all = new ArrayList<>();
    for (int i = 0; i < edges.length; i++) {
      channels.add(new LocalChannel());
      OutputGate[] gates = edges[i] ? new OutputGate[] {gate(channels.get(i))} : new OutputGate[0];
      all.add(new Chain.Edges(gates, new OutputTag<?>[0], new OutputGate[0]));
    }
    chain.connect(all);
  }

  private static OutputGate gate(LocalChannel channel) {
    return new OutputGate(new Partitioning.Forward(), List.of(channel), 128, RecordCheck.NONE, "");
  }

  private static ObjectBatch batch(Object... values) {
    return new ObjectBatch(values, null, null, values.length);
  }

  private static List<String> drain(LocalChannel channel) {
    List<String> seen = new ArrayList<>();
    for (Frame frame = channel.poll(); frame != null; frame = channel.poll()) {
      if (frame instanceof Frame.Data data) {
        for (int row = 0; row < data.batch().size(); row++) {
          seen.add(String.valueOf(data.batch().value(row)));
        }
      } else {
        seen.add(frame.toString());
      }
    }
    return seen;
  }

  @Test
  void batchesGoThroughAllOperatorsWithinOneCall() {
    Chain chain = chain(new Appending("a", 1), new Appending("b", 2));
    connect(chain, false, true);
    chain.process(0, batch("x", "y"));
    chain.flush();
    assertEquals(List.of("a 2", "b 2"), log);
    assertEquals(List.of("xab", "xab", "yab", "yab"), drain(channels.get(1)));
    assertEquals(4, chain.sent());
    assertEquals(2, chain.emittedByFirst());
  }

  @Test
  void fullBatchesGoOnBeforeTheCallEnds() {
    Chain chain = chain(new Appending("a", 3000), new Appending("b", 1));
    connect(chain, false, false);
    chain.process(0, batch("x"));
    assertEquals(List.of("a 1", "b 1024", "b 1024", "b 952"), log);
  }

  @Test
  void outputInMidChainGoesToItsEdgeAndToTheNextOperator() {
    Chain chain = chain(new Appending("a", 1), new Appending("b", 1));
    connect(chain, true, true);
    chain.process(0, batch("x"));
    chain.broadcast(new Frame.Barrier(1, CheckpointKind.CHECKPOINT, "d", 0));
    assertEquals(
        List.of("xa", "Barrier[checkpointId=1, kind=CHECKPOINT, directory=d, baseCheckpointId=0]"),
        drain(channels.get(0)));
    assertEquals(
        List.of("xab", "Barrier[checkpointId=1, kind=CHECKPOINT, directory=d, baseCheckpointId=0]"),
        drain(channels.get(1)));
  }

  @Test
  void aWatermarkFollowsWhatTimersEmit() {
    Chain chain = chain(new Appending("a", 1), new Appending("b", 1));
    connect(chain, false, true);
    chain.watermark(9);
    assertEquals(List.of("a w9", "b 1", "b w9"), log);
    assertEquals(List.of("timer-ab", "timer-b", "Watermark[timestamp=9]"), drain(channels.get(1)));
  }

  @Test
  void watermarksAndIdlenessStopAtAnOperatorThatMakesItsOwn() {
    Appending owner =
        new Appending("b", 1) {
          @Override
          public boolean ownsWatermarks() {
            return true;
          }

          @Override
          public void process(int input, ObjectBatch batch, Output out) throws Exception {
            super.process(input, batch, out);
            out.watermark(3);
          }
        };
    Chain chain = chain(new Appending("a", 1), owner, new Appending("c", 1));
    connect(chain, false, false, true);
    chain.watermark(9);
    assertEquals(List.of("a w9", "b 1", "c 1", "c w3", "b w9", "c 1"), log);
    chain.idle(true);
    chain.flush();
    assertEquals(
        List.of("timer-abc", "timer-c", "Watermark[timestamp=3]", "timer-bc"),
        drain(channels.get(2)));
  }

  @Test
  void theEndReachesOperatorsInOrderThenTheEdges() {
    Chain chain = chain(new Appending("a", 1), new Appending("b", 1));
    connect(chain, false, true);
    chain.finish();
    assertEquals(List.of("a finish", "b 1", "b finish"), log);
    assertEquals(List.of("last-ab", "last-b", "EndOfInput[]"), drain(channels.get(1)));
  }

  @Test
  void sideOutputGoesToItsTagOnly() {
    Operator splitting =
        new Appending("a", 0) {
          @Override
          public void process(int input, ObjectBatch batch, Output out) {
            out.emit("main", 1);
            out.emit(SIDE, "side", 1);
            out.emit(new OutputTag<>("nobody", String.class), "lost", 1);
          }
        };
    Chain chain = chain(splitting);
    LocalChannel main = new LocalChannel();
    LocalChannel side = new LocalChannel();
    chain.connect(
        List.of(
            new Chain.Edges(
                new OutputGate[] {gate(main)},
                new OutputTag<?>[] {SIDE},
                new OutputGate[] {gate(side)})));
    chain.process(0, batch("x"));
    chain.broadcast(new Frame.EndOfInput());
    assertEquals(List.of("main", "EndOfInput[]"), drain(main));
    assertEquals(List.of("side", "EndOfInput[]"), drain(side));
  }

  @Test
  void aFailureNamesItsOperatorEvenWhenUserCodeBeforeItSwallowsIt() {
    Operator swallowing =
        new Appending("a", 2000) {
          @Override
          public void process(int input, ObjectBatch batch, Output out) throws Exception {
            try {
              super.process(input, batch, out);
            } catch (RuntimeException e) {
              log.add("swallowed");
            }
          }
        };
    Operator failing =
        new Appending("b", 1) {
          @Override
          public void process(int input, ObjectBatch batch, Output out) {
            throw new IllegalArgumentException("on purpose");
          }
        };
    Chain chain = chain(swallowing, failing);
    connect(chain, false, true);
    OperatorFailure failure =
        assertThrows(OperatorFailure.class, () -> chain.process(0, batch("x")));
    assertTrue(log.contains("swallowed"));
    assertEquals("op1 (Job.java:1)", failure.operator());
    assertEquals("on purpose", failure.getCause().getMessage());
    assertThrows(OperatorFailure.class, () -> chain.process(0, batch("y")));
  }

  @Test
  void closeReachesWhatWasOpenedEvenAfterAFailure() {
    Operator broken =
        new Appending("b", 1) {
          @Override
          public void close() throws Exception {
            super.close();
            throw new IllegalStateException("cannot close");
          }
        };
    Chain chain = chain(new Appending("a", 1), broken, new Appending("c", 1));
    connect(chain, false, false, false);
    Throwable failure = chain.close();
    assertNull(failure, "nothing was opened");
    OperatorFailure opening =
        assertThrows(OperatorFailure.class, () -> chain.open(index -> failingAt(index, 2)));
    assertEquals("op2 (Job.java:2)", opening.operator());
    log.clear();
    assertEquals("cannot close", chain.close().getMessage());
    assertEquals(List.of("c close", "b close", "a close"), log);
  }

  private static TaskContext failingAt(int index, int failing) {
    if (index == failing) {
      throw new IllegalStateException("no context");
    }
    return TestContexts.empty();
  }
}
