package dev.weft.engine.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.protocol.CheckpointKind;
import dev.weft.engine.world.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InputGateTest {
  private final FixedClock clock = new FixedClock();
  private QueueChannel[] channels;
  private InputGate gate;

  @BeforeEach
  void threeChannels() {
    channels = new QueueChannel[] {new QueueChannel(), new QueueChannel(), new QueueChannel()};
    List<InputGate.Source> sources = new ArrayList<>();
    for (int i = 0; i < channels.length; i++) {
      sources.add(new InputGate.Source(channels[i], i));
    }
    gate = new InputGate(sources, clock);
  }

  /** What comes out, as text: the rows' values, wN, bN, idle, active, end. */
  private String drain() {
    List<String> seen = new ArrayList<>();
    for (Frame frame = gate.poll(); frame != null; frame = gate.poll()) {
      seen.add(text(frame));
    }
    return String.join(" ", seen);
  }

  private static String text(Frame frame) {
    if (frame instanceof Frame.Data data) {
      ObjectBatch batch = data.batch();
      List<String> values = new ArrayList<>();
      for (int row = 0; row < batch.size(); row++) {
        values.add(String.valueOf(batch.value(row)));
      }
      return String.join(" ", values);
    } else if (frame instanceof Frame.Watermark watermark) {
      return "w" + watermark.timestamp();
    } else if (frame instanceof Frame.Barrier barrier) {
      return "b" + barrier.checkpointId();
    } else if (frame instanceof Frame.Idle idle) {
      return idle.idle() ? "idle" : "active";
    }
    return "end";
  }

  private void send(int channel, String frames) {
    for (String frame : frames.split(" ")) {
      channels[channel].with(parse(frame));
    }
  }

  private static Frame parse(String text) {
    return switch (text) {
      case "idle" -> new Frame.Idle(true);
      case "active" -> new Frame.Idle(false);
      case "end" -> new Frame.EndOfInput();
      case "wMAX" -> new Frame.Watermark(Long.MAX_VALUE);
      default -> {
        if (text.charAt(0) == 'w') {
          yield new Frame.Watermark(Long.parseLong(text.substring(1)));
        } else if (text.charAt(0) == 'b') {
          yield new Frame.Barrier(
              Long.parseLong(text.substring(1)), CheckpointKind.CHECKPOINT, "dir", 0);
        }
        yield new Frame.Data(new ObjectBatch(new Object[] {text}, null, null, 1));
      }
    };
  }

  private static final String MAX = "w" + Long.MAX_VALUE;

  @Test
  void channelsAreReadInTurn() {
    send(0, "a1 a2");
    send(1, "c1");
    send(2, "d1 d2");
    assertEquals("a1 c1 d1 a2 d2", drain());
    send(1, "c2");
    assertEquals("c2", text(gate.poll()));
    assertEquals(1, gate.input());
    assertNull(gate.poll());
  }

  @Test
  void watermarkIsTheLowestOfAllChannels() {
    send(0, "w5");
    send(1, "w3");
    assertEquals("", drain());
    send(2, "w7");
    assertEquals("w3", drain());
    send(1, "w9");
    assertEquals("w5", drain());
    send(0, "w4 w6");
    assertEquals("w6", drain());
  }

  @Test
  void idleChannelsDoNotHoldTheWatermarkBack() {
    send(0, "w5");
    send(1, "w8");
    send(2, "idle");
    assertEquals("w5", drain());
    send(0, "idle");
    assertEquals("w8", drain());
    send(1, "idle");
    assertEquals("idle", drain());
    send(0, "active");
    assertEquals("active", drain());
    send(0, "w9");
    assertEquals("w9", drain());
  }

  @Test
  void anIdleChannelThatComesBackDoesNotTurnTheWatermarkBack() {
    send(0, "w5");
    send(1, "w5");
    send(2, "idle");
    assertEquals("w5", drain());
    send(2, "active w2 x");
    assertEquals("x", drain());
    send(0, "w9");
    send(1, "w9");
    assertEquals("", drain());
    send(2, "w7");
    assertEquals("w7", drain());
  }

  @Test
  void aChannelAtItsEndNeitherHoldsNorDrivesTheWatermark() {
    send(0, "wMAX end");
    send(1, "w4");
    send(2, "w6");
    assertEquals("w4", drain());
    send(1, "idle");
    assertEquals("w6", drain());
    send(2, "idle");
    assertEquals("idle", drain());
    send(1, "end");
    assertEquals("", drain());
    send(2, "end");
    assertEquals("active " + MAX + " end", drain());
  }

  @Test
  void endComesOnceWhenAllChannelsEnded() {
    send(0, "end");
    send(1, "end end");
    assertEquals("", drain());
    send(2, "x end");
    assertEquals("x " + MAX + " end", drain());
  }

  @Test
  void barrierWaitsForAllChannels() {
    send(0, "a1 b1 a2");
    send(1, "c1");
    clock.nanos = 100;
    assertEquals("a1 c1", drain());
    assertEquals(1, gate.aligning());
    send(1, "c2 b1 c3");
    assertEquals("c2", drain());
    clock.nanos = 350;
    send(2, "b1");
    assertEquals("b1", text(gate.poll()));
    assertEquals(250, gate.alignedNanos());
    assertEquals(0, gate.aligning());
    assertEquals("a2 c3", drain());
  }

  @Test
  void barriersFlowAfterTheEnd() {
    send(0, "end b1");
    send(1, "end b1");
    send(2, "x b1 end b2");
    assertEquals("x b1 " + MAX + " end", drain());
    send(0, "b2");
    send(1, "b2");
    assertEquals("b2", drain());
  }

  @Test
  void aNewerBarrierReplacesAnOlderOne() {
    send(0, "b1 a1 b2 a2");
    send(1, "b1 c1 b2 c2");
    assertEquals("", drain());
    send(2, "d1 b2 d2");
    assertEquals("d1 a1 c1 b2 d2 a2 c2", drain());
  }

  @Test
  void onlyChannelsThatAreMarkedAreLookedInto() {
    manyChannels(150);
    assertEquals("", drain());
    int before = polls();
    for (int channel : new int[] {63, 64, 149, 0, 127, 128}) {
      send(channel, "x y");
      assertEquals("x y", drain());
    }
    assertEquals(before + 6 * 3, polls(), "two frames and nothing, of each channel");
    send(127, "e");
    send(2, "c");
    send(130, "a");
    assertEquals("a c e", drain(), "in a circle from the one after the last");
    assertEquals(1, channels[1].polls);
  }

  @Test
  void whatCameIntoHeldChannelsIsFoundWhenTheyAreReleased() {
    manyChannels(70);
    for (int i = 0; i < channels.length - 1; i++) {
      send(i, "b1");
      assertEquals("", drain());
      send(i, "v" + i);
      assertEquals("", drain(), "a held channel");
    }
    send(69, "b1");
    String all = drain();
    assertTrue(all.startsWith("b1 "), all);
    assertEquals(70, all.split(" ").length, all);
  }

  @Test
  void aGateFindsWhatCameBeforeItWasMade() {
    for (int i = 0; i < channels.length; i++) {
      channels[i] = new QueueChannel();
      send(i, "early" + i);
    }
    oneInput();
    assertEquals("early0 early1 early2", drain());
  }

  private int polls() {
    int sum = 0;
    for (QueueChannel channel : channels) {
      sum += channel.polls;
    }
    return sum;
  }

  private void manyChannels(int count) {
    channels = new QueueChannel[count];
    for (int i = 0; i < count; i++) {
      channels[i] = new QueueChannel();
    }
    oneInput();
  }

  @Test
  void barriersOfPassedCheckpointsAreIgnored() {
    send(0, "b2");
    send(1, "b2");
    send(2, "b2");
    assertEquals("b2", drain());
    send(0, "b1 x b2 y");
    assertEquals("x y", drain());
  }

  @Test
  void abortReleasesHeldChannelsAndLetsTheBarrierOn() {
    send(0, "b1 a1");
    assertEquals("", drain());
    gate.abort(1);
    assertEquals("b1 a1", drain());
    send(1, "c1 b1 c2");
    assertEquals("c1 c2", drain());
  }

  @Test
  void barriersOfAnAbortedCheckpointPassWithoutAligning() {
    gate.abort(3);
    send(0, "b3 a1");
    assertEquals("b3 a1", drain());
    send(1, "b3 c1");
    assertEquals("c1", drain());
    send(0, "b4");
    send(1, "b4");
    assertEquals("", drain());
    send(2, "b4");
    assertEquals("b4", drain());
  }

  @Test
  void smallBatchesOfSeveralChannelsComeTogether() {
    oneInput();
    for (int i = 0; i < 3; i++) {
      for (int row = 0; row < 2; row++) {
        channels[i].offer(keyed("c" + i + row, i * 10 + row));
      }
    }
    ObjectBatch batch = ((Frame.Data) gate.poll()).batch();
    assertEquals(6, batch.size());
    List<String> rows = new ArrayList<>();
    for (int row = 0; row < batch.size(); row++) {
      rows.add(batch.value(row) + "/" + batch.hash(row));
    }
    Collections.sort(rows);
    assertEquals(List.of("c00/0", "c01/1", "c10/10", "c11/11", "c20/20", "c21/21"), rows);
  }

  @Test
  void batchesComeTogetherOnlyUpToABarrierThatAllDelivered() {
    oneInput();
    for (QueueChannel channel : channels) {
      channel.offer(keyed("before", 1));
      channel.offer(new Frame.Barrier(7, CheckpointKind.CHECKPOINT, "dir", 0));
      channel.offer(keyed("after", 2));
    }
    assertEquals(3, ((Frame.Data) gate.poll()).batch().size());
    assertEquals(7, ((Frame.Barrier) gate.poll()).checkpointId());
    ObjectBatch after = ((Frame.Data) gate.poll()).batch();
    assertEquals(3, after.size());
    assertEquals("after", after.value(2));
    assertNull(gate.poll());
  }

  @Test
  void rowsWithAndWithoutHashesStayApart() {
    oneInput();
    channels[0].offer(keyed("keyed", 5));
    channels[1].offer(
        new Frame.Data(new ObjectBatch(new Object[] {"plain"}, new long[] {3}, null, 1)));
    ObjectBatch first = ((Frame.Data) gate.poll()).batch();
    assertEquals("keyed", first.value(0));
    assertEquals(1, first.size());
    assertEquals(5, first.hash(0));
    ObjectBatch second = ((Frame.Data) gate.poll()).batch();
    assertEquals("plain", second.value(0));
    assertEquals(3, second.timestamp(0));
    assertFalse(second.hasHashes());
  }

  private void oneInput() {
    List<InputGate.Source> sources = new ArrayList<>();
    for (QueueChannel channel : channels) {
      sources.add(new InputGate.Source(channel, 0));
    }
    gate = new InputGate(sources, clock);
  }

  private static Frame keyed(String value, int hash) {
    return new Frame.Data(new ObjectBatch(new Object[] {value}, null, new int[] {hash}, 1));
  }

  /** A clock that stands still. */
  @Test
  void largeBatchesArePutTogetherUpToALimitOfBytes() {
    List<InputGate.Source> sources = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      QueueChannel channel = new QueueChannel();
      for (int batch = 0; batch < 10; batch++) {
        channel.with(
            new Frame.Data(new ObjectBatch(new Object[] {batch}, null, null, 1), 300 << 10));
      }
      sources.add(new InputGate.Source(channel, 0));
    }
    InputGate gate = new InputGate(sources, new FixedClock());
    int rows = 0;
    for (Frame frame = gate.poll(); frame != null; frame = gate.poll()) {
      int size = ((Frame.Data) frame).batch().size();
      assertTrue(size <= 4, size + " batches of 300 KiB at once");
      rows += size;
    }
    assertEquals(30, rows);
  }

  static final class FixedClock implements Clock {
    long nanos;

    @Override
    public long currentTimeMillis() {
      return nanos / 1_000_000;
    }

    @Override
    public long nanoTime() {
      return nanos;
    }
  }
}
