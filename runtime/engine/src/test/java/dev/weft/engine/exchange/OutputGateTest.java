package dev.weft.engine.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.graph.Partitioning;
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.batch.KeyHasher;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.protocol.CheckpointKind;
import dev.weft.engine.protocol.KeyGroups;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OutputGateTest {
  private static final int MAX_PARALLELISM = 128;
  private final List<QueueChannel> channels = Stream.generate(QueueChannel::new).limit(3).toList();

  private OutputGate gate(Partitioning partitioning) {
    return new OutputGate(
        partitioning, channels, MAX_PARALLELISM, RecordCheck.NONE, "'Sums' (Job.java:7)");
  }

  private static Partitioning byValue() {
    return new Partitioning.Hash<Long, Long>(value -> value, TypeInformation.of(Long.class));
  }

  private static List<Object> values(QueueChannel channel) {
    List<Object> values = new ArrayList<>();
    for (Frame frame : channel.frames) {
      if (frame instanceof Frame.Data data) {
        for (int row = 0; row < data.batch().size(); row++) {
          values.add(data.batch().value(row));
        }
      }
    }
    return values;
  }

  @Test
  void hashSendsEachKeyToTheOwnerOfItsGroupWithTheHash() throws Exception {
    OutputGate gate = gate(byValue());
    for (long i = 0; i < 5000; i++) {
      gate.emit(i, ObjectBatch.NO_TIMESTAMP);
    }
    gate.flush();
    KeyHasher hasher = KeyHasher.of(TypeInformation.of(Long.class));
    int rows = 0;
    for (int channel = 0; channel < 3; channel++) {
      int first = KeyGroups.first(channel, 3, MAX_PARALLELISM);
      int end = KeyGroups.first(channel + 1, 3, MAX_PARALLELISM);
      for (Frame frame : channels.get(channel).frames) {
        ObjectBatch batch = ((Frame.Data) frame).batch();
        for (int row = 0; row < batch.size(); row++) {
          assertEquals(hasher.hash(batch.value(row)), batch.hash(row));
          int group = KeyGroups.ofHash(batch.hash(row), MAX_PARALLELISM);
          assertTrue(first <= group && group < end, "group " + group + " at " + channel);
          rows++;
        }
      }
    }
    assertEquals(5000, rows);
    assertEquals(5000, gate.records());
  }

  @Test
  void hashWithOneChannelStillCarriesHashes() throws Exception {
    OutputGate gate =
        new OutputGate(
            byValue(),
            channels.subList(0, 1),
            MAX_PARALLELISM,
            RecordCheck.NONE,
            "'Sums' (Job.java:7)");
    gate.emit(7L, 3);
    gate.flush();
    ObjectBatch batch = ((Frame.Data) channels.get(0).frames.remove()).batch();
    assertTrue(batch.hasHashes());
    assertEquals(3, batch.timestamp(0));
  }

  @Test
  void rebalanceGoesRowByRowInTurn() throws Exception {
    OutputGate gate = gate(new Partitioning.Rebalance());
    for (int i = 0; i < 4; i++) {
      gate.emit(i, ObjectBatch.NO_TIMESTAMP);
    }
    gate.flush();
    gate.emit(4, ObjectBatch.NO_TIMESTAMP);
    gate.flush();
    assertEquals(List.of(0, 3), values(channels.get(0)));
    assertEquals(List.of(1, 4), values(channels.get(1)));
    assertEquals(List.of(2), values(channels.get(2)));
  }

  @Test
  void shuffleSpreadsRowsEvenlyAndLosesNone() throws Exception {
    OutputGate gate = gate(new Partitioning.Shuffle());
    for (int i = 0; i < 3000; i++) {
      gate.emit(i, i);
    }
    gate.flush();
    List<Object> all = new ArrayList<>();
    for (QueueChannel channel : channels) {
      List<Object> values = values(channel);
      assertTrue(values.size() > 900 && values.size() < 1100, values.size() + " of 3000");
      all.addAll(values);
    }
    assertEquals(3000, all.stream().distinct().count());
    assertEquals(3000, all.size());
  }

  @Test
  void customPartitioningGoesWhereTheFunctionSays() throws Exception {
    OutputGate gate =
        gate(
            new Partitioning.Custom<Integer, Integer>(
                (key, count) -> count - 1 - key, value -> value % 2));
    for (int i = 0; i < 4; i++) {
      gate.emit(i, ObjectBatch.NO_TIMESTAMP);
    }
    gate.flush();
    assertEquals(List.of(), values(channels.get(0)));
    assertEquals(List.of(1, 3), values(channels.get(1)));
    assertEquals(List.of(0, 2), values(channels.get(2)));
  }

  @Test
  void customPartitioningOutOfRangeNamesKeyAndRecord() throws Exception {
    for (int wrong : List.of(-1, 3)) {
      OutputGate gate =
          gate(
              new Partitioning.Custom<String, Integer>(
                  (key, count) -> key == 7 ? wrong : 0, String::length));
      gate.emit("four", 1);
      gate.emit("exactly", 2);
      WeftException e = assertThrows(WeftException.class, gate::flush);
      assertEquals(ErrorCode.USER, e.code());
      assertTrue(
          e.getMessage().contains("returned " + wrong + " for key 7; it returns 0 to 2"),
          e.getMessage());
      assertTrue(e.getMessage().contains("exactly"), e.getMessage());
    }
  }

  @Test
  void broadcastGoesToEveryChannelInArraysOfItsOwn() throws Exception {
    OutputGate gate = gate(new Partitioning.Broadcast());
    gate.emit("x", 1);
    gate.flush();
    gate.emit("y", 2);
    gate.flush();
    Set<Object[]> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
    for (QueueChannel channel : channels) {
      ObjectBatch first = ((Frame.Data) channel.frames.poll()).batch();
      assertEquals("x", first.value(0));
      assertEquals(1, first.timestamp(0));
      arrays.add(first.values());
      ObjectBatch second = ((Frame.Data) channel.frames.poll()).batch();
      assertEquals("y", second.value(0));
      arrays.add(second.values());
    }
    assertEquals(2 * channels.size(), arrays.size());
  }

  @Test
  @SuppressWarnings("unchecked")
  void wholeNumbersHaveTheHashOfTheirTypeAndBadOnesAreRefusedWithTheRecord() throws Exception {
    OutputGate gate =
        gate(
            new Partitioning.Hash<Object, Object>(
                record -> record.equals("none") ? null : record,
                (TypeInformation<Object>) (TypeInformation<?>) TypeInformation.of(Long.class)));
    KeyHasher hasher = KeyHasher.of(TypeInformation.of(Long.class));
    for (long key = -200; key < 200; key++) {
      gate.emit(key, 0);
    }
    gate.flush();
    int rows = 0;
    for (QueueChannel channel : channels) {
      ObjectBatch batch = ((Frame.Data) channel.frames.poll()).batch();
      for (int row = 0; row < batch.size(); row++) {
        assertEquals(hasher.hash(batch.value(row)), batch.hash(row));
        rows++;
      }
    }
    assertEquals(400, rows);
    gate.emit("none", 0);
    WeftException e = assertThrows(WeftException.class, gate::flush);
    assertEquals(ErrorCode.USER, e.code());
    assertTrue(e.getMessage().contains("A key is null"), e.getMessage());
    assertTrue(e.getMessage().contains("record none for 'Sums' (Job.java:7)"), e.getMessage());
    OutputGate other =
        gate(
            new Partitioning.Hash<Object, Object>(
                record -> record,
                (TypeInformation<Object>) (TypeInformation<?>) TypeInformation.of(Long.class)));
    other.emit("text", 0);
    e = assertThrows(WeftException.class, other::flush);
    assertTrue(e.getMessage().contains("java.lang.String"), e.getMessage());
  }

  @Test
  void arraysOfBatchesThatAreDoneWithComeBack() throws Exception {
    LocalChannel channel = new LocalChannel();
    OutputGate gate =
        new OutputGate(new Partitioning.Global(), List.of(channel), 128, RecordCheck.NONE, "");
    InputGate input =
        new InputGate(List.of(new InputGate.Source(channel, 0)), new InputGateTest.FixedClock());
    Set<Object[]> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int i = 0; i < 1000; i++) {
      gate.emit(i, i);
      gate.flush();
      ObjectBatch batch = ((Frame.Data) input.poll()).batch();
      assertEquals(1, batch.size());
      assertEquals(i, batch.value(0));
      assertEquals(i, batch.timestamp(0));
      arrays.add(batch.values());
    }
    assertTrue(arrays.size() < 20, arrays.size() + " arrays");
  }

  private record Document(long id, byte[] body) {}

  private static RecordCheck check(TypeInformation<?> type) {
    return new RecordCheck(type, 48 << 20, "documents");
  }

  /** Emits until there is no room and returns how many records the ring and the gate hold. */
  private static int fill(OutputGate gate, List<Object> records) throws Exception {
    int emitted = 0;
    while (gate.hasRoom()) {
      for (int row = gate.rowsMax(); row > 0; row--) {
        gate.emit(records.get(emitted++ % records.size()), ObjectBatch.NO_TIMESTAMP);
      }
    }
    return emitted;
  }

  @Test
  void whatWaitsForASlowConsumerIsBoundedInBytes() throws Exception {
    byte[] mebibyte = new byte[1 << 20];
    String text = "x".repeat(1 << 20);
    record Row(TypeInformation<?> type, List<Object> records, long bytes) {}
    List<Row> rows =
        List.of(
            new Row(TypeInformation.of(byte[].class), List.of(mebibyte), 1 << 20),
            new Row(TypeInformation.of(String.class), List.of(text), 1 << 20),
            new Row(
                TypeInformation.of(Document.class), List.of(new Document(1, mebibyte)), 1 << 20),
            new Row(TypeInformation.of(byte[].class), List.of(new byte[20 << 20]), 20 << 20),
            new Row(TypeInformation.of(byte[].class), List.of(new byte[10_000]), 10_000),
            new Row(
                TypeInformation.of(byte[].class),
                List.of(new byte[1], new byte[1], new byte[1], new byte[300_000]),
                75_000));
    for (Row row : rows) {
      LocalChannel channel = new LocalChannel();
      OutputGate gate =
          new OutputGate(
              new Partitioning.Global(), List.of(channel), 128, check(row.type), "consumer");
      InputGate input =
          new InputGate(List.of(new InputGate.Source(channel, 0)), new InputGateTest.FixedClock());
      // the first batches are there to learn how large records are
      gate.emit(row.records.get(0), ObjectBatch.NO_TIMESTAMP);
      gate.emit(row.records.get(row.records.size() - 1), ObjectBatch.NO_TIMESTAMP);
      gate.flush();
      input.poll();
      for (int round = 0; round < 3; round++) {
        long held = fill(gate, row.records) * row.bytes;
        assertTrue(held >= 8 << 20, row.bytes + " each: only " + held + " bytes wait");
        assertTrue(held <= 64 << 20, row.bytes + " each: " + held + " bytes wait");
        while (!gate.isEmpty() || input.poll() != null) {
          input.poll();
        }
      }
    }
  }

  @Test
  void smallRecordsOfATypeThatMayBeLargeFillBatches() throws Exception {
    LocalChannel channel = new LocalChannel();
    OutputGate gate =
        new OutputGate(
            new Partitioning.Global(),
            List.of(channel),
            128,
            check(TypeInformation.of(byte[].class)),
            "consumer");
    int emitted = fill(gate, List.of(new byte[100]));
    assertEquals(ObjectBatch.ROWS_MAX, gate.rowsMax());
    assertTrue(emitted > (LocalChannel.FRAMES_MAX - 4) * ObjectBatch.ROWS_MAX, emitted + " rows");
  }

  @Test
  void globalUsesTheFirstChannelAndControlFramesGoToAll() throws Exception {
    OutputGate gate = gate(new Partitioning.Global());
    gate.emit("x", ObjectBatch.NO_TIMESTAMP);
    gate.broadcast(new Frame.Barrier(1, CheckpointKind.CHECKPOINT, "dir", 0));
    assertEquals(2, channels.get(0).frames.size());
    assertEquals(1, channels.get(1).frames.size());
    assertEquals(List.of("x"), values(channels.get(0)));
  }

  @Test
  void batchesCloseAtTheRowLimitOfTheChannel() throws Exception {
    channels.forEach(channel -> channel.rowsMax = 10);
    OutputGate gate = gate(new Partitioning.Global());
    for (int i = 0; i < 2000; i++) {
      gate.emit(i, i == 5 ? 50 : ObjectBatch.NO_TIMESTAMP);
    }
    gate.flush();
    assertEquals(200, channels.get(0).frames.size());
    List<Object> values = values(channels.get(0));
    for (int i = 0; i < 2000; i++) {
      assertEquals(i, values.get(i));
    }
    ObjectBatch first = ((Frame.Data) channels.get(0).frames.remove()).batch();
    assertEquals(50, first.timestamp(5));
    assertEquals(ObjectBatch.NO_TIMESTAMP, first.timestamp(4));
  }

  @Test
  void whatAFullChannelRefusesWaitsInOrder() throws Exception {
    channels.get(0).capacity = 2;
    OutputGate gate = gate(new Partitioning.Global());
    for (int i = 0; i < 5000; i++) {
      gate.emit(i, ObjectBatch.NO_TIMESTAMP);
    }
    gate.broadcast(new Frame.Watermark(9));
    assertEquals(2, channels.get(0).frames.size());
    assertFalse(gate.hasRoom());
    assertFalse(gate.isEmpty());
    List<Object> values = new ArrayList<>(values(channels.get(0)));
    channels.get(0).frames.clear();
    assertFalse(gate.hasRoom(), "two more went in and filled it");
    values.addAll(values(channels.get(0)));
    channels.get(0).frames.clear();
    assertFalse(gate.hasRoom());
    values.addAll(values(channels.get(0)));
    assertTrue(gate.isEmpty());
    assertEquals(5000, values.size());
    for (int i = 0; i < 5000; i++) {
      assertEquals(i, values.get(i));
    }
    assertEquals(new Frame.Watermark(9), channels.get(0).frames.peekLast());
    channels.get(0).frames.clear();
    assertTrue(gate.hasRoom());
  }
}
