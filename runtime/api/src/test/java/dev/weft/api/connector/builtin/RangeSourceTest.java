package dev.weft.api.connector.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.config.Configuration;
import dev.weft.api.connector.InputStatus;
import dev.weft.api.connector.ReaderOutput;
import dev.weft.api.connector.Source;
import dev.weft.api.connector.SourceReader;
import dev.weft.api.connector.SourceReaderContext;
import dev.weft.api.connector.SplitEnumerator;
import dev.weft.api.connector.SplitEnumeratorContext;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileStore;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.Types;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RangeSourceTest {
  private Instant now = Instant.EPOCH;

  private final class EnumeratorSurroundings implements SplitEnumeratorContext<RangeSplit> {
    final int parallelism;
    final Map<Integer, List<RangeSplit>> assigned = new TreeMap<>();
    final TreeSet<Integer> ended = new TreeSet<>();

    EnumeratorSurroundings(int parallelism) {
      this.parallelism = parallelism;
    }

    @Override
    public int currentParallelism() {
      return parallelism;
    }

    @Override
    public void assignSplits(int subtaskId, List<RangeSplit> splits) {
      assigned.computeIfAbsent(subtaskId, key -> new ArrayList<>()).addAll(splits);
    }

    @Override
    public void signalNoMoreSplits(int subtaskId) {
      ended.add(subtaskId);
    }

    @Override
    public void discoverEvery(Duration interval) {}

    @Override
    public FileStore files() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Configuration configuration() {
      return new Configuration();
    }
  }

  private final class ReaderSurroundings implements SourceReaderContext {
    int requests;

    @Override
    public int subtaskIndex() {
      return 0;
    }

    @Override
    public int parallelism() {
      return 1;
    }

    @Override
    public void sendSplitRequest() {
      requests++;
    }

    @Override
    public void wakeUp() {}

    @Override
    public FileStore files() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Configuration configuration() {
      return new Configuration();
    }

    @Override
    public InstantSource clock() {
      return () -> now;
    }
  }

  private static final class Collected<T> implements ReaderOutput<T> {
    final List<T> records = new ArrayList<>();
    int room = Integer.MAX_VALUE;

    @Override
    public void collect(T record, long timestamp) {
      records.add(record);
      room--;
    }

    @Override
    public boolean isFull() {
      return room <= 0;
    }
  }

  private List<RangeSplit> splits(Source<?, RangeSplit, List<RangeSplit>> source, int parallelism)
      throws Exception {
    return source.createEnumerator(new EnumeratorSurroundings(parallelism)).snapshotState(1);
  }

  private <T> List<T> readAll(Source<T, RangeSplit, ?> source, List<RangeSplit> splits)
      throws Exception {
    SourceReader<T, RangeSplit> reader = source.createReader(new ReaderSurroundings());
    Collected<T> output = new Collected<>();
    reader.addSplits(splits);
    reader.notifyNoMoreSplits();
    while (reader.pollNext(output) != InputStatus.END_OF_INPUT) {
      assertTrue(output.records.size() < 10_000);
    }
    return output.records;
  }

  @Test
  void sequenceIsSplitWithoutGapOrOverlap() throws Exception {
    NumberSequenceSource source = new NumberSequenceSource(-3, 7);
    for (int parallelism : new int[] {1, 2, 3, 20}) {
      List<Long> all = readAll(source, splits(source, parallelism));
      assertEquals(LongStream.rangeClosed(-3, 7).boxed().toList(), all.stream().sorted().toList());
    }
    assertThrows(WeftException.class, () -> new NumberSequenceSource(5, 4));
  }

  @Test
  void generatorStridesAndInterleavesByIndex() throws Exception {
    DataGeneratorSource<Long> source =
        new DataGeneratorSource<>(index -> index * 10, Types.LONG, 7).withSplits(3);
    List<RangeSplit> splits = splits(source, 1);
    assertEquals(List.of(0L, 30L, 60L), readAll(source, splits.subList(0, 1)));
    assertEquals(List.of(0L, 10L, 20L, 30L, 40L, 50L, 60L), readAll(source, splits));
  }

  @Test
  void readerContinuesFromItsSnapshot() throws Exception {
    DataGeneratorSource<Long> source = new DataGeneratorSource<>(index -> index, Types.LONG, 10);
    SourceReader<Long, RangeSplit> reader = source.createReader(new ReaderSurroundings());
    reader.addSplits(splits(source, 2));
    Collected<Long> output = new Collected<>();
    output.room = 4;
    reader.pollNext(output);
    List<RangeSplit> rest = new ArrayList<>();
    for (RangeSplit split : reader.snapshotState(1)) {
      var serializer = source.getSplitSerializer();
      rest.add(serializer.deserialize(serializer.getVersion(), serializer.serialize(split)));
    }
    List<Long> all = new ArrayList<>(output.records);
    all.addAll(readAll(source, rest));
    assertEquals(LongStream.range(0, 10).boxed().toList(), all);
  }

  @Test
  void rateFollowsTheClock() throws Exception {
    DataGeneratorSource<Long> source =
        new DataGeneratorSource<>(index -> index, Types.LONG).withRatePerReader(100);
    SourceReader<Long, RangeSplit> reader = source.createReader(new ReaderSurroundings());
    reader.addSplits(splits(source, 1));
    Collected<Long> output = new Collected<>();
    assertEquals(InputStatus.NOTHING_AVAILABLE, reader.pollNext(output));
    now = now.plusMillis(50);
    reader.pollNext(output);
    assertEquals(5, output.records.size());
    now = now.plusSeconds(3600);
    reader.pollNext(output);
    assertEquals(105, output.records.size());
  }

  @Test
  void readerAsksOnceAndEndsWhenNothingComes() throws Exception {
    ReaderSurroundings surroundings = new ReaderSurroundings();
    SourceReader<Long, RangeSplit> reader =
        new NumberSequenceSource(0, 1).createReader(surroundings);
    Collected<Long> output = new Collected<>();
    assertEquals(InputStatus.NOTHING_AVAILABLE, reader.pollNext(output));
    assertEquals(InputStatus.NOTHING_AVAILABLE, reader.pollNext(output));
    assertEquals(1, surroundings.requests);
    reader.notifyNoMoreSplits();
    assertEquals(InputStatus.END_OF_INPUT, reader.pollNext(output));
  }

  @Test
  void enumeratorReconcilesSplitsThatReadersHold() throws Exception {
    NumberSequenceSource source = new NumberSequenceSource(0, 9);
    EnumeratorSurroundings surroundings = new EnumeratorSurroundings(2);
    var first = source.createEnumerator(surroundings);
    var serializer = source.getEnumeratorCheckpointSerializer();
    byte[] checkpoint = serializer.serialize(first.snapshotState(1));
    first.handleSplitRequest(0, null);
    SplitEnumerator<RangeSplit, List<RangeSplit>> second =
        source.restoreEnumerator(
            surroundings, serializer.deserialize(serializer.getVersion(), checkpoint));
    assertTrue(second.reconcile(surroundings.assigned));
    assertEquals(List.of("1"), second.snapshotState(2).stream().map(RangeSplit::splitId).toList());
    assertFalse(second.reconcile(surroundings.assigned));
    second.handleSplitRequest(1, null);
    second.handleSplitRequest(0, null);
    assertEquals(new TreeSet<>(List.of(0)), surroundings.ended);
    second.addSplitsBack(surroundings.assigned.get(1), 1);
    assertEquals(1, second.snapshotState(3).size());
  }

  @Test
  void damagedSplitsAreRefused() {
    RangeSplitSerializer.Many serializer = new RangeSplitSerializer.Many();
    assertThrows(IOException.class, () -> serializer.deserialize(1, new byte[2]));
    assertThrows(IOException.class, () -> serializer.deserialize(1, new byte[] {0, 0, 0, 9}));
    assertThrows(IOException.class, () -> serializer.deserialize(2, new byte[4]));
  }

  record Item(String name, int size) {}

  @Test
  void collectionCarriesRecordsThatAreNotSerializable() throws Exception {
    List<Item> items = List.of(new Item("a", 1), new Item("b", 2));
    CollectionSource<Item> source = new CollectionSource<>(items, TypeInformation.of(Item.class));
    assertEquals(items, readAll(source, splits(source, 4)));
  }

  /** Says what it was asked for. */
  private static final class Opened implements GeneratorFunction<Long, String> {
    static String log = "";
    private String subtask;

    @Override
    public void open(SourceReaderContext readerContext) {
      subtask = " of " + readerContext.subtaskIndex();
    }

    @Override
    public String map(Long index) {
      if (index == 2) {
        throw new IllegalStateException("no more");
      }
      return index + subtask;
    }

    @Override
    public void close() {
      log += "closed";
    }
  }

  @Test
  void aGeneratorFunctionIsOpenedAndClosedAndItsFailureNamesTheIndex() throws Exception {
    DataGeneratorSource<String> source = new DataGeneratorSource<>(new Opened(), 3, Types.STRING);
    SourceReader<String, RangeSplit> reader = source.createReader(new ReaderSurroundings());
    reader.start();
    reader.addSplits(List.of(new RangeSplit(0, 0, 3, 1)));
    Collected<String> output = new Collected<>();
    WeftException failure = assertThrows(WeftException.class, () -> reader.pollNext(output));
    assertTrue(failure.getMessage().contains("at index 2"), failure.getMessage());
    assertEquals(List.of("0 of 0", "1 of 0"), output.records);
    reader.close();
    assertEquals("closed", Opened.log);
  }
}
