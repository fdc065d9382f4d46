package dev.weft.engine.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.config.TaskManagerOptions.Compression;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileStatus;
import dev.weft.api.graph.Partitioning;
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.batch.BatchCodec;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.protocol.CheckpointKind;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.server.host.LocalFileStore;
import dev.weft.engine.spill.PartitionedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StoredExchangeTest {
  private static final TypeInformation<Long> LONG = TypeInformation.of(Long.class);
  private static final int CONSUMERS = 3;
  private static final int MAX_PARALLELISM = 128;

  private final LocalFileStore files = new LocalFileStore();
  private final MemoryPool memory = MemoryPool.root("test", 1 << 20);
  private String directory;

  @BeforeEach
  void makeDirectory() throws IOException {
    Path target = Files.createDirectories(Path.of("target").toAbsolutePath());
    directory = Files.createTempDirectory(target, "stored-").toString();
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    assertEquals(List.of(), files.list(directory));
    assertEquals(0, memory.reserved());
    files.delete(directory);
  }

  private StoredExchange exchange(Compression compression) {
    PartitionedFile file =
        new PartitionedFile(
            files, directory + "/part", CONSUMERS, memory.child("exchange", Long.MAX_VALUE));
    return new StoredExchange(BatchCodec.of(LONG), compression, CONSUMERS, file);
  }

  private static OutputGate gate(StoredExchange exchange) {
    return new OutputGate(
        new Partitioning.Hash<Long, Long>(value -> value, LONG),
        exchange.channels(),
        MAX_PARALLELISM,
        RecordCheck.NONE,
        "");
  }

  private static void write(OutputGate gate, long count) throws Exception {
    for (long i = 0; i < count; i++) {
      gate.emit(i, i * 2);
      if (i % 100 == 0) {
        gate.flush();
      }
    }
    gate.broadcast(new Frame.Watermark(Long.MAX_VALUE));
    gate.broadcast(new Frame.EndOfInput());
  }

  /** Takes everything; the last frame is the end. */
  private static List<Long> take(StoredExchange exchange, int consumer) {
    QueueChannel channel = new QueueChannel();
    channel.capacity = 2;
    exchange.serve(consumer, channel);
    List<Long> values = new ArrayList<>();
    boolean ended = false;
    while (exchange.handOver()) {
      for (Frame frame : channel.frames) {
        assertFalse(ended, "nothing follows the end");
        if (frame instanceof Frame.Data data) {
          ObjectBatch batch = data.batch();
          for (int row = 0; row < batch.size(); row++) {
            long value = (Long) batch.value(row);
            assertEquals(value * 2, batch.timestamp(row));
            int group = KeyGroups.ofHash(batch.hash(row), MAX_PARALLELISM);
            assertEquals(consumer, KeyGroups.subtaskOf(group, CONSUMERS, MAX_PARALLELISM));
            values.add(value);
          }
        } else {
          assertInstanceOf(Frame.EndOfInput.class, frame);
          ended = true;
        }
      }
      channel.frames.clear();
    }
    assertTrue(ended);
    return values;
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void everyConsumerGetsItsRecordsAsOftenAsItAsks(Compression compression) throws Exception {
    try (StoredExchange exchange = exchange(compression)) {
      OutputGate gate = gate(exchange);
      write(gate, 100_000);
      assertTrue(gate.isEmpty());
      assertEquals(1, files.list(directory).size(), "one file for all consumers");
      List<Long> all = new ArrayList<>();
      for (int consumer = 0; consumer < CONSUMERS; consumer++) {
        List<Long> first = take(exchange, consumer);
        assertEquals(first, take(exchange, consumer), "again from the beginning");
        all.addAll(first);
      }
      assertEquals(LongStream.range(0, 100_000).boxed().toList(), all.stream().sorted().toList());
      assertEquals(0, memory.reserved(), "reading needs nothing that is reserved");
    }
  }

  @Test
  void nothingIsHandedOverBeforeTheEnd() throws Exception {
    try (StoredExchange exchange = exchange(Compression.NONE)) {
      OutputGate gate = gate(exchange);
      QueueChannel channel = new QueueChannel();
      exchange.serve(0, channel);
      gate.emit(1L, 1);
      gate.flush();
      assertFalse(exchange.handOver());
      assertTrue(gate.hasRoom());
      gate.broadcast(new Frame.EndOfInput());
      assertTrue(exchange.handOver());
      assertFalse(channel.frames.isEmpty());
    }
  }

  @Test
  void anExchangeWithoutRecordsMakesNoFile() throws Exception {
    try (StoredExchange exchange = exchange(Compression.NONE)) {
      gate(exchange).broadcast(new Frame.EndOfInput());
      assertEquals(List.of(), files.list(directory));
      assertEquals(List.of(), take(exchange, 1));
    }
  }

  @Test
  void theBarrierOfTheLastCheckpointFollowsTheEndButNotANewConsumer() throws Exception {
    try (StoredExchange exchange = exchange(Compression.NONE)) {
      OutputGate gate = gate(exchange);
      write(gate, 10);
      Frame.Barrier barrier = new Frame.Barrier(7, CheckpointKind.CHECKPOINT, "/chk", 0);
      gate.broadcast(barrier);
      QueueChannel channel = new QueueChannel();
      exchange.serve(0, channel);
      gate.broadcast(barrier);
      exchange.handOver();
      assertEquals(barrier, channel.frames.peekLast());
      assertEquals(1, channel.frames.stream().filter(barrier::equals).count());
    }
  }

  @Test
  void damagedBytesAreNoticed() throws Exception {
    try (StoredExchange exchange = exchange(Compression.NONE)) {
      write(gate(exchange), 10_000);
      FileStatus file = files.list(directory).get(0);
      byte[] bytes = Files.readAllBytes(Path.of(file.path()));
      for (int at = 20; at < bytes.length; at += 64) {
        bytes[at] ^= 1;
      }
      Files.write(Path.of(file.path()), bytes);
      WeftException e = assertThrows(WeftException.class, () -> take(exchange, 0));
      assertEquals(ErrorCode.RESOURCE, e.code());
      assertTrue(e.getMessage().contains(file.path()), e.getMessage());
    }
  }

  @Test
  void aDirectoryThatCannotBeWrittenIsNamed() throws Exception {
    Path file = Files.createFile(Path.of(directory, "file"));
    PartitionedFile below =
        new PartitionedFile(files, file + "/below/part", CONSUMERS, memory.child("x", 1 << 20));
    try (StoredExchange exchange =
        new StoredExchange(BatchCodec.of(LONG), Compression.NONE, CONSUMERS, below)) {
      WeftException e = assertThrows(WeftException.class, () -> write(gate(exchange), 100_000));
      assertEquals(ErrorCode.RESOURCE, e.code());
      assertTrue(
          Stream.of("between two stages", file + "/below", "io.tmp.dirs")
              .allMatch(e.getMessage()::contains),
          e.getMessage());
    }
    Files.delete(file);
  }

  @Test
  void anUnfinishedFileGoesWithTheExchange() throws Exception {
    try (StoredExchange exchange = exchange(Compression.NONE)) {
      OutputGate gate = gate(exchange);
      for (long i = 0; i < 200_000; i++) {
        gate.emit(i, i);
      }
      assertTrue(exchange.bytes() > 0);
    }
  }
}
