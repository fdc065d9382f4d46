package dev.weft.connectors.hdfs.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.api.config.Configuration;
import dev.weft.api.connector.Committable;
import dev.weft.api.connector.Committer;
import dev.weft.api.connector.CommittingSinkWriter;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.connectors.hdfs.HadoopFileStoreFactory;
import dev.weft.connectors.hdfs.sink.PublicationLog.Publication;
import dev.weft.connectors.hdfs.testing.FakeContexts;
import dev.weft.connectors.hdfs.testing.FaultyFileStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicationLogTest {
  private static final String JOB = "0123456789abcdef0123456789abcdef";

  @TempDir Path directory;
  private Path out;
  private FaultyFileStore files;
  private FileSink<String> sink;

  @BeforeEach
  void open() {
    files =
        new FaultyFileStore(
            new HadoopFileStoreFactory()
                .open(new Configuration().setString("hadoop.conf.fs.defaultFS", "file:///")));
    out = directory.resolve("out");
    sink =
        FileSink.forRowFormat(out.toString(), new LineEncoder<String>())
            .withBucketAssigner(text -> text)
            .withPublicationLog()
            .build();
  }

  @Test
  void anEntryNamesTheFilesOfACheckpoint() throws Exception {
    PublicationLog log = new PublicationLog(files, out + "/");
    assertEquals(List.of(), log.poll());
    commit(stage(0, 4, "a", "b"));
    List<Publication> first = log.poll();
    assertEquals(List.of("a", "b"), buckets(first));
    assertEquals(4, first.get(0).checkpointId());
    for (String file : first.get(0).files()) {
      assertEquals(1, Files.readAllLines(Path.of(file)).size());
    }
    commit(stage(0, 5, "c"));
    commit(stage(1, 12, "d"));
    assertEquals(List.of("c", "d"), buckets(log.poll()));
    assertEquals(List.of(), log.poll());
    assertEquals(List.of("a", "b", "c", "d"), buckets(new PublicationLog(files, out + "").poll()));
  }

  @ParameterizedTest
  @CsvSource({"0,true", "0,false", "1,true", "1,false", "2,true", "2,false"})
  void theEntryComesAfterTheLastFile(int renames, boolean happens) throws Exception {
    List<Committable<StagedFile>> staged = stage(0, 1, "a", "b", "c");
    PublicationLog log = new PublicationLog(files, out.toString());
    files.failRenameAfter(renames, happens);
    assertThrows(IOException.class, () -> commit(staged));
    assertEquals(List.of(), log.poll());
    commit(staged);
    assertEquals(List.of("a", "b", "c"), buckets(log.poll()));
  }

  @Test
  void aRepeatedCommitAddsNothing() throws Exception {
    List<Committable<StagedFile>> staged = stage(0, 1, "a");
    commit(staged);
    commit(staged);
    assertEquals(1, entries().size());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 30})
  void anEntryThatIsCutOffIsPassedOverAndWrittenAgain(int bytes) throws Exception {
    List<Committable<StagedFile>> staged = stage(0, 1, "a", "b");
    commit(staged);
    Path entry = entries().get(0);
    byte[] content = Files.readAllBytes(entry);
    Files.write(entry, java.util.Arrays.copyOf(content, bytes));
    Files.deleteIfExists(entry.resolveSibling("." + entry.getFileName() + ".crc"));
    PublicationLog log = new PublicationLog(files, out.toString());
    assertEquals(List.of(), log.poll());
    commit(staged);
    assertEquals(2, entries().size());
    assertEquals(List.of("a", "b"), buckets(log.poll()));
    Files.write(entry, content); // its writer was slow
    Files.deleteIfExists(entry.resolveSibling("." + entry.getFileName() + ".crc"));
    assertEquals(List.of(), buckets(log.poll()));
  }

  @Test
  void namesMayHoldWhatSeparatesLines() throws Exception {
    List<String> odd = List.of("a\nb", "a\\n", "c\rd");
    commit(stage(0, 1, odd.toArray(String[]::new)));
    assertEquals(odd, buckets(new PublicationLog(files, out.toString()).poll()));
  }

  @Test
  void theFormatIsThatOfVersionOne() throws Exception {
    StagingLayout layout = new StagingLayout(out.toString(), JOB, "sink");
    PublicationLog.append(files, layout, 7, java.util.Set.of("x/b", "a"));
    assertEquals(
        out + "/.weft-published/" + JOB + "-3ed6de38/0000000000000000007-7685710b",
        entries().get(0).toString());
    assertEquals("weft-published 1\na\nx/b\n", Files.readString(entries().get(0)));
  }

  @Test
  void anEntryOfALaterVersionIsRefused() throws Exception {
    byte[] later = "weft-published 2\n".getBytes(StandardCharsets.UTF_8);
    java.util.zip.CRC32C checksum = new java.util.zip.CRC32C();
    checksum.update(later);
    Path log = Files.createDirectories(out.resolve(PublicationLog.DIRECTORY).resolve("job-sink"));
    Files.write(log.resolve(String.format("%019d-%08x", 1, checksum.getValue())), later);
    WeftException e =
        assertThrows(WeftException.class, () -> new PublicationLog(files, out.toString()).poll());
    assertEquals(ErrorCode.DATA, e.code());
  }

  private List<String> buckets(List<Publication> publications) {
    return publications.stream()
        .flatMap(publication -> publication.files().stream())
        .map(file -> Path.of(file).getParent().getFileName().toString())
        .toList();
  }

  private List<Path> entries() throws IOException {
    try (Stream<Path> all = Files.walk(out.resolve(PublicationLog.DIRECTORY))) {
      return all.filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .sorted()
          .toList();
    }
  }

  private List<Committable<StagedFile>> stage(int subtask, long checkpoint, String... records)
      throws Exception {
    List<Committable<StagedFile>> staged = new ArrayList<>();
    try (CommittingSinkWriter<String, StagedFile> writer =
        sink.createWriter(new FakeContexts.Writer(files, JOB, "sink", subtask, (int) checkpoint))) {
      for (String record : records) {
        writer.write(record, 0);
      }
      writer.flush(false);
      for (StagedFile file : writer.prepareCommit(checkpoint)) {
        staged.add(new Committable<>(checkpoint, subtask, (int) checkpoint, file));
      }
    }
    return staged;
  }

  private void commit(List<Committable<StagedFile>> staged) throws Exception {
    try (Committer<StagedFile> committer =
        sink.createCommitter(new FakeContexts.OfCommitter(files, JOB, "sink"))) {
      committer.commit(staged);
    }
  }
}
