package dev.weft.engine.worker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.protocol.SnapshotHandle;
import dev.weft.engine.simulated.SimulatedCluster;
import dev.weft.engine.simulated.SimulatedWorld;
import dev.weft.engine.worker.snapshot.SnapshotReader;
import dev.weft.engine.world.Rule;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalCopiesTest {
  private static final String PATH = "/checkpoints/j/1-7/w1-1-0.state";
  private static final String COPY = "/copies/w1/j-0/%2Fcheckpoints%2Fj%2F1-7%2Fw1-1-0.state";

  private final SimulatedCluster cluster = new SimulatedCluster(3);
  private final SimulatedWorld world = cluster.start("w1");
  private final FileStore files = world.files();
  private final LocalCopies copies = copies("w1");

  private LocalCopies copies(String worker) {
    return new LocalCopies(
        world, new WorkerSettings.Copies("/copies", path -> true), worker, "j-0");
  }

  @BeforeEach
  void makeDirectory() throws IOException {
    files.createDirectories("/checkpoints/j/1-7");
  }

  private static byte[] content(int bytes) {
    byte[] content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    return content;
  }

  private byte[] write(String path, int bytes) throws IOException {
    byte[] content = content(bytes);
    try (FileOutput output = copies.create(path)) {
      output.write(content, 0, bytes / 3);
      output.write(content, bytes / 3, bytes - bytes / 3);
    }
    return content;
  }

  private static SnapshotHandle handle(String path, long offset, int length) {
    int checksum = SnapshotReader.checksum(content(length), length);
    return new SnapshotHandle(path, offset, length, checksum, new byte[0]);
  }

  private static byte[] read(LocalCopies from, String path) throws IOException {
    try (FileInput input = from.reading().store().open(path)) {
      byte[] bytes = new byte[(int) input.length()];
      input.readFully(0, bytes, 0, bytes.length);
      return bytes;
    }
  }

  private void damage(String path, int offset) throws IOException {
    byte[] bytes = cluster.files().read(path).clone();
    bytes[offset] ^= 8;
    replace(path, bytes, bytes.length);
  }

  private void replace(String path, byte[] bytes, int length) throws IOException {
    files.delete(path);
    try (FileOutput output = files.create(path)) {
      output.write(bytes, 0, length);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 200_000})
  void aFileIsReadFromItsCopy(int bytes) throws IOException {
    byte[] content = write(PATH, bytes);
    assertArrayEquals(content, cluster.files().read(PATH));
    files.delete(PATH);
    assertArrayEquals(content, read(copies, PATH));
  }

  @Test
  void anyPartOfItCanBeRead() throws IOException {
    byte[] content = write(PATH, 200_000);
    files.delete(PATH);
    try (FileInput input = copies.reading().store().open(PATH)) {
      byte[] part = new byte[70_000];
      input.readFully(100_000, part, 0, part.length);
      assertArrayEquals(Arrays.copyOfRange(content, 100_000, 170_000), part);
      input.seek(5);
      assertEquals(content[5] & 0xFF, input.read());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 65_537, 131_080, 200_000})
  void whatIsDamagedIsReadFromTheFileItself(int offset) throws IOException {
    byte[] content = write(PATH, 200_000);
    damage(COPY, offset);
    assertArrayEquals(content, read(copies, PATH));
  }

  @Test
  void withoutChecksumsDamageWouldBeRead() throws IOException {
    cluster.breakRule(Rule.VERIFY_COPIES);
    byte[] content = write(PATH, 200_000);
    damage(COPY, 0);
    assertFalse(Arrays.equals(content, read(copies, PATH)));
  }

  @Test
  void whatIsCutOffIsReadFromTheFileItself() throws IOException {
    byte[] content = write(PATH, 200_000);
    replace(COPY, cluster.files().read(COPY), 2 * (65_536 + 4));
    assertArrayEquals(content, read(copies, PATH));
    replace(COPY, new byte[0], 0);
    assertArrayEquals(content, read(copies, PATH));
  }

  /** Parts of a file in turn, of which every second one is left out of the copy. */
  @ParameterizedTest
  @CsvSource({"100, 200, 300", "65536, 9000, 65536", "70000, 150000, 70000", "0, 90000, 5"})
  void whatWasLeftOutIsReadFromTheFileItself(int first, int second, int third) throws IOException {
    byte[] content = content(first + second + third + second);
    try (CopiedFile.Output output = copies.create(PATH)) {
      output.write(content, 0, first);
      output.leaveOut(true);
      output.write(content, first, second);
      output.leaveOut(false);
      output.write(content, first + second, third);
      output.leaveOut(true);
      output.write(content, first + second + third, second);
      output.leaveOut(false);
    }
    assertTrue(cluster.files().read(COPY).length < content.length);
    assertArrayEquals(content, read(copies, PATH));
    try (FileInput input = copies.reading().store().open(PATH)) {
      byte[] part = new byte[third];
      input.readFully(first + second, part, 0, third);
      assertArrayEquals(Arrays.copyOfRange(content, first + second, first + second + third), part);
    }
    files.delete(PATH);
    try (FileInput input = copies.reading().store().open(PATH)) {
      byte[] part = new byte[third];
      input.readFully(first + second, part, 0, third);
      assertArrayEquals(Arrays.copyOfRange(content, first + second, first + second + third), part);
      assertThrows(IOException.class, () -> input.readFully(first, new byte[second], 0, second));
    }
    byte[] copy = cluster.files().read(COPY).clone();
    for (int offset = copy.length - 1; offset > copy.length - 44; offset--) {
      assertThrows(IOException.class, () -> read(copies, PATH));
      damage(COPY, offset);
      assertThrows(IOException.class, () -> copies.reading().store().open(PATH).close());
      replace(COPY, copy, copy.length);
    }
  }

  @Test
  void aFileWithoutACopyIsRead() throws IOException {
    byte[] content = write(PATH, 1_000);
    files.delete(COPY);
    assertArrayEquals(content, read(copies, PATH));
  }

  @Test
  void theCopyOfAnotherProcessOfThisMachineIsRead() throws IOException {
    byte[] content = write(PATH, 1_000);
    files.delete(PATH);
    assertArrayEquals(content, read(copies("w2"), PATH));
  }

  @Test
  void aFileThatWasGivenUpHasNoCopy() throws IOException {
    FileOutput output = copies.create(PATH);
    output.write(content(100_000));
    output.abort();
    assertThrows(IOException.class, () -> read(copies, PATH));
    assertTrue(cluster.files().paths("/copies").isEmpty());
  }

  @Test
  void onlyWhatIsNeededIsKept() throws IOException {
    write(PATH, 1_000);
    String next = PATH.replace("1-7", "1-8");
    files.createDirectories("/checkpoints/j/1-8");
    write(next, 1_000);
    copies.retain(List.of(handle(next, 0, 1_000)));
    assertEquals(1, cluster.files().paths("/copies").size());
    files.delete(next);
    assertEquals(1_000, read(copies, next).length);
  }

  @Test
  void whatIsBeingWrittenIsKeptUntilItHasEnded() throws IOException {
    byte[] content = content(100_000);
    try (FileOutput output = copies.create(PATH)) {
      output.write(content, 0, content.length);
      copies.retain(List.of());
    }
    copies("w2").retain(List.of());
    files.delete(PATH);
    assertArrayEquals(content, read(copies, PATH));
    copies.retain(List.of());
    assertTrue(cluster.files().paths("/copies").isEmpty());
    FileOutput aborted = copies.create(PATH);
    aborted.abort();
    files.createTemporary(COPY).close();
    copies.retain(List.of());
    assertTrue(cluster.files().paths("/copies").isEmpty());
  }

  @Test
  void whatProcessesLeftBehindGoesAfterAWhile() throws IOException {
    write(PATH, 1_000);
    long now = world.clock().currentTimeMillis();
    LocalCopies.clean(files, "/copies", now + 500, 1_000);
    assertEquals(1, cluster.files().paths("/copies").size());
    LocalCopies.clean(files, "/copies", now + 5_000, 1_000);
    assertTrue(cluster.files().paths("/copies").isEmpty());
  }
}
