package dev.weft.connectors.hdfs.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.MemorySize;
import dev.weft.api.connector.SplitEnumerator;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileStore;
import dev.weft.connectors.hdfs.HadoopFileStoreFactory;
import dev.weft.connectors.hdfs.testing.FakeContexts;
import dev.weft.connectors.hdfs.testing.SourceDriver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileSourceTest {
  @TempDir Path directory;
  private final FileStore files =
      new HadoopFileStoreFactory()
          .open(new Configuration().setString("hadoop.conf.fs.defaultFS", "file:///"));

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 64, 1000, 100_000})
  void eachLineIsReadOnceWhereverRangesAreCut(int splitBytes) throws Exception {
    Random random = new Random(7);
    StringBuilder text = new StringBuilder();
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      String line = "é".repeat(random.nextInt(4)) + "x".repeat(random.nextInt(9)) + i;
      line = random.nextInt(5) == 0 ? "" : line;
      lines.add(line);
      text.append(line).append(random.nextBoolean() ? "\n" : "\r\n");
    }
    lines.add("last without end");
    text.append("last without end");
    write("a.txt", text.toString());
    FileSource<String> source =
        FileSource.forRecordStreamFormat(new TextLineFormat(), directory.toString())
            .splitSize(new MemorySize(splitBytes))
            .build();
    assertEquals(lines, SourceDriver.readAll(source, files, 1000, false));
    assertEquals(lines, SourceDriver.readAll(source, files, 1, true));
    assertEquals(lines, SourceDriver.readAll(source, files, 3, true));
  }

  @Test
  void readsLongLinesAndManyBuffers() throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      lines.add(i + "-" + "y".repeat(i % 7 == 0 ? 600_000 : 40_000));
    }
    write("a", String.join("\n", lines) + "\n");
    assertEquals(
        lines, SourceDriver.readAll(FileSource.text(directory.toString()), files, 5, true));
  }

  @Test
  void compressedFilesAreReadWholeAndRestoredByLine() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String part : List.of("\uFEFFa\nb\n", "c\r\nd\n", "e")) {
      try (OutputStream gzip = new GZIPOutputStream(bytes)) {
        gzip.write(part.getBytes(StandardCharsets.UTF_8));
      }
    }
    Files.write(directory.resolve("x.gz"), bytes.toByteArray());
    ByteArrayOutputStream zlib = new ByteArrayOutputStream();
    try (OutputStream deflate = new DeflaterOutputStream(zlib)) {
      deflate.write("f\ng\n".getBytes(StandardCharsets.UTF_8));
    }
    Files.write(directory.resolve("y.deflate"), zlib.toByteArray());
    FileSource<String> source =
        FileSource.forRecordStreamFormat(new TextLineFormat(), directory.toString())
            .splitSize(new MemorySize(5))
            .build();
    List<String> expected = List.of("a", "b", "c", "d", "e", "f", "g");
    assertEquals(expected, SourceDriver.readAll(source, files, 100, false));
    assertEquals(expected, SourceDriver.readAll(source, files, 1, true));
  }

  @Test
  void aTruncatedGzipFileIsNamed() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bytes)) {
      for (int i = 0; i < 10_000; i++) {
        gzip.write(("line " + i * 7919L + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
    byte[] whole = bytes.toByteArray();
    Files.write(directory.resolve("x.gz"), java.util.Arrays.copyOf(whole, whole.length / 2));
    assertFailure(ErrorCode.DATA, "x.gz' is damaged");
    Files.write(directory.resolve("x.gz"), "no gzip".getBytes(StandardCharsets.UTF_8));
    assertFailure(ErrorCode.DATA, "x.gz' is damaged");
  }

  @Test
  void otherCompressionsAreRefusedByName() throws Exception {
    write("x.bz2", "BZh");
    assertFailure(ErrorCode.USER, "x.bz2' is compressed as .bz2");
  }

  @Test
  void aMarkOfUtf8IsSkippedAndOneOfUtf16Refused() throws Exception {
    write("a", "\uFEFFone\ntwo");
    assertEquals(
        List.of("one", "two"),
        SourceDriver.readAll(FileSource.text(directory.toString()), files, 1, true));
    Files.write(directory.resolve("a"), "one".getBytes(StandardCharsets.UTF_16));
    assertFailure(ErrorCode.DATA, "UTF-16");
  }

  @Test
  void aLineBeyondTheLimitIsNamedWithItsOffset() throws Exception {
    write("a", "short\n" + "z".repeat(1001) + "\nshort\n");
    FileSource<String> source =
        FileSource.forRecordStreamFormat(
                new TextLineFormat(new MemorySize(1000)), directory.toString())
            .build();
    WeftException e =
        assertThrows(WeftException.class, () -> SourceDriver.readAll(source, files, 10, false));
    assertEquals(ErrorCode.DATA, e.code());
    assertTrue(e.getMessage().contains("/a:6 is longer than 1000"), e.getMessage());
  }

  @Test
  void hiddenAndEmptyFilesAreLeftOut() throws Exception {
    write("a", "1\n");
    write("_SUCCESS", "no");
    write(".hidden", "no");
    write("b._COPYING_", "no");
    write("empty", "");
    Files.createDirectories(directory.resolve("sub/_temporary"));
    write("sub/_temporary/c", "no");
    write("sub/c", "2\n");
    assertEquals(
        List.of("1", "2"),
        SourceDriver.readAll(FileSource.text(directory.toString()), files, 10, false));
    FileSource<String> flat =
        FileSource.forRecordStreamFormat(new TextLineFormat(), directory.toString())
            .recursive(false)
            .build();
    assertEquals(List.of("1"), SourceDriver.readAll(flat, files, 10, false));
  }

  @Test
  void aMissingPathIsNamed() {
    FileSource<String> source = FileSource.text(directory + "/missing");
    WeftException e =
        assertThrows(WeftException.class, () -> SourceDriver.readAll(source, files, 1, false));
    assertEquals(ErrorCode.USER, e.code());
    assertTrue(e.getMessage().contains("/missing' does not exist"), e.getMessage());
  }

  @Test
  void aFileThatChangedOrVanishedIsRefused() throws Exception {
    write("a", "1\n");
    FileSplit split = enumerate(FileSource.text(directory.toString())).get(0);
    write("a", "1\n2\n");
    assertRefused(split, "changed after the job had found it");
    write("a", "9\n");
    Files.setLastModifiedTime(directory.resolve("a"), FileTime.fromMillis(1));
    assertRefused(split, "changed after the job had found it");
    Files.delete(directory.resolve("a"));
    assertRefused(split, "was removed");
  }

  @Test
  void aGrowingDirectoryYieldsEachNewFileOnceOverRestores() throws Exception {
    write("a", "1\n");
    FileSource<String> source =
        FileSource.forRecordStreamFormat(new TextLineFormat(), directory.toString())
            .monitorContinuously(Duration.ofSeconds(1))
            .build();
    FakeContexts.Enumerator<FileSplit> context = new FakeContexts.Enumerator<>(files, 2);
    SplitEnumerator<FileSplit, FileEnumeratorState> enumerator = source.createEnumerator(context);
    enumerator.start();
    assertEquals(Duration.ofSeconds(1), context.interval);
    enumerator.handleSplitRequest(0, null);
    enumerator.handleSplitRequest(1, null);
    assertEquals(1, context.assigned.get(0).size());
    FileEnumeratorState state = enumerator.snapshotState(1);
    write("b", "2\n");
    enumerator.discover();
    assertEquals("b", nameOf(context.assigned.get(1).get(0)));
    assertTrue(context.ended.isEmpty());

    FakeContexts.Enumerator<FileSplit> second = new FakeContexts.Enumerator<>(files, 2);
    SplitEnumerator<FileSplit, FileEnumeratorState> restored =
        source.restoreEnumerator(second, state);
    assertTrue(restored.reconcile(Map.of(1, context.assigned.get(1))));
    restored.start();
    write("c", "3\n");
    restored.discover();
    restored.handleSplitRequest(0, null);
    restored.handleSplitRequest(1, null);
    assertEquals("c", nameOf(second.assigned.get(0).get(0)));
    assertFalse(second.assigned.containsKey(1));
  }

  @Test
  void aFreshEnumeratorReconcilesWhatAnEarlierOneAssigned() throws Exception {
    for (String name : List.of("a", "b", "c")) {
      write(name, name + "\n");
    }
    FileSource<String> source = FileSource.text(directory.toString());
    List<FileSplit> all = enumerate(source);
    FakeContexts.Enumerator<FileSplit> context = new FakeContexts.Enumerator<>(files, 1);
    SplitEnumerator<FileSplit, FileEnumeratorState> enumerator = source.createEnumerator(context);
    assertTrue(enumerator.reconcile(Map.of(0, List.of(all.get(1)))));
    enumerator.start();
    for (int i = 0; i < 3; i++) {
      enumerator.handleSplitRequest(0, null);
    }
    assertEquals(List.of(all.get(0), all.get(2)), context.assigned.get(0));
    assertTrue(context.ended.contains(0));

    FileSplit foreign = new FileSplit(new SourceFile("/other", 1, 1, ""), 0, 1, List.of());
    assertFalse(source.createEnumerator(context).reconcile(Map.of(0, List.of(foreign))));
  }

  @Test
  void splitsThatComeBackAreAssignedFirst() throws Exception {
    for (String name : List.of("a", "b")) {
      write(name, name + "\n");
    }
    FakeContexts.Enumerator<FileSplit> context = new FakeContexts.Enumerator<>(files, 1);
    SplitEnumerator<FileSplit, FileEnumeratorState> enumerator =
        FileSource.text(directory.toString()).createEnumerator(context);
    enumerator.start();
    enumerator.handleSplitRequest(0, null);
    enumerator.addSplitsBack(context.assigned.remove(0), 0);
    enumerator.handleSplitRequest(0, null);
    assertEquals("a", nameOf(context.assigned.get(0).get(0)));
  }

  @Test
  void readersGetSplitsOnTheirHostFirst() {
    FakeContexts.Enumerator<FileSplit> context = new FakeContexts.Enumerator<>(files, 2);
    FileEnumerator enumerator =
        new FileEnumerator(
            context, (store, c) -> List.of(), new SplitPlanner(new TextLineFormat(), 0), null);
    SourceFile file = new SourceFile("/f", 10, 1, "");
    enumerator.restore(
        new FileEnumeratorState(
            true,
            List.of(
                new FileSplit(file, 0, 5, List.of("h1")), new FileSplit(file, 5, 5, List.of("h2"))),
            List.of()));
    enumerator.handleSplitRequest(0, "h2");
    assertEquals(5, context.assigned.get(0).get(0).offset());
    enumerator.handleSplitRequest(0, "h3");
    assertEquals(0, context.assigned.get(0).get(1).offset());
  }

  private void assertRefused(FileSplit split, String message) throws Exception {
    FileSplitReader<String> reader =
        new FileSplitReader<>(new FakeContexts.Reader(files), new TextLineFormat());
    reader.addSplits(List.of(split));
    WeftException e =
        assertThrows(WeftException.class, () -> reader.pollNext(new SourceDriver.Records<>(10)));
    assertEquals(ErrorCode.DATA, e.code());
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  private void assertFailure(ErrorCode code, String message) {
    WeftException e =
        assertThrows(
            WeftException.class,
            () -> SourceDriver.readAll(FileSource.text(directory.toString()), files, 100, false));
    assertEquals(code, e.code());
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  private List<FileSplit> enumerate(FileSource<String> source) throws Exception {
    FakeContexts.Enumerator<FileSplit> context = new FakeContexts.Enumerator<>(files, 1);
    SplitEnumerator<FileSplit, FileEnumeratorState> enumerator = source.createEnumerator(context);
    enumerator.start();
    while (context.ended.isEmpty()) {
      enumerator.handleSplitRequest(0, null);
    }
    return context.assigned.get(0);
  }

  private static String nameOf(FileSplit split) {
    return split.file().path().substring(split.file().path().lastIndexOf('/') + 1);
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }
}
