package dev.weft.engine.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStatus;
import dev.weft.api.fs.FileStore;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What every file store must do, the simulated one too. A test class extends this with its store.
 */
public abstract class FileStoreContract {
  /** The store under test. */
  protected abstract FileStore store() throws IOException;

  /** The same files as another process sees them. */
  protected abstract FileStore another() throws IOException;

  /** An existing, empty directory of the store, new for each test, without a slash at its end. */
  protected abstract String root() throws IOException;

  @Test
  void readsWhatWasWritten() throws IOException {
    String path = root() + "/a";
    byte[] bytes = new byte[100_000];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 31);
    }
    try (FileOutput output = store().create(path)) {
      output.write(bytes, 0, 50_000);
      output.write(bytes[50_000]);
      output.write(bytes, 50_001, 49_999);
      assertEquals(100_000, output.position());
    }
    try (FileInput input = store().open(path)) {
      assertEquals(100_000, input.length());
      assertArrayEquals(bytes, input.readAllBytes());
      input.seek(99_999);
      assertEquals(bytes[99_999] & 0xff, input.read());
      assertEquals(-1, input.read());
      assertEquals(100_000, input.position());
      byte[] part = new byte[10];
      input.readFully(500, part, 0, 10);
      assertEquals(bytes[509], part[9]);
      assertThrows(EOFException.class, () -> input.readFully(99_995, part, 0, 10));
    }
  }

  @Test
  void createRefusesAnExistingFile() throws IOException {
    String path = root() + "/a";
    write(path, "first");
    assertThrows(FileAlreadyExistsException.class, () -> store().create(path));
    assertEquals("first", read(path));
  }

  @Test
  void createRefusesAnExistingDirectory() throws IOException {
    String path = root() + "/d";
    store().createDirectories(path);
    assertThrows(FileAlreadyExistsException.class, () -> store().create(path));
  }

  @Test
  void createNeverMakesADirectory() throws IOException {
    String path = root() + "/missing/a";
    assertThrows(NoSuchFileException.class, () -> store().create(path));
    assertTrue(store().status(root() + "/missing").isEmpty());
  }

  @Test
  void createRefusesAFileThatIsBeingWritten() throws IOException {
    String path = root() + "/a";
    FileOutput first = store().create(path);
    first.write(1);
    assertThrows(FileAlreadyExistsException.class, () -> store().create(path));
    first.close();
  }

  @Test
  void abortLeavesNothing() throws IOException {
    String path = root() + "/a";
    FileOutput output = store().create(path);
    output.write(1);
    output.abort();
    output.abort();
    assertTrue(store().status(path).isEmpty());
  }

  @Test
  void abortAfterCloseKeepsTheFile() throws IOException {
    String path = root() + "/a";
    FileOutput output = store().create(path);
    output.write('x');
    output.close();
    output.abort();
    output.close();
    assertEquals("x", read(path));
  }

  @Test
  void aClosedFileIsWholeForOthersAtOnce() throws IOException {
    byte[] bytes = new byte[70_000];
    java.util.Arrays.fill(bytes, (byte) 7);
    for (int i = 0; i < 3; i++) {
      String path = root() + "/f" + i;
      try (FileOutput output = store().create(path)) {
        output.write(bytes);
      }
      assertEquals(bytes.length, another().status(path).orElseThrow().length());
      try (FileInput input = another().open(path)) {
        assertArrayEquals(bytes, input.readAllBytes());
      }
    }
  }

  @Test
  void aTemporaryFileIsReadAfterItsClose() throws IOException {
    try (FileOutput output = store().createTemporary(root() + "/t")) {
      output.write('x');
    }
    assertEquals("x", read(root() + "/t"));
    assertThrows(FileAlreadyExistsException.class, () -> store().createTemporary(root() + "/t"));
  }

  @Test
  void theNameOfAnAbandonedFileIsTakenUntilSomebodyDeletesIt() throws IOException {
    String path = root() + "/a";
    FileOutput abandoned = another().create(path);
    abandoned.write(1);
    assertThrows(FileAlreadyExistsException.class, () -> store().create(path));
    assertTrue(store().delete(path));
    write(path, "mine");
    assertEquals("mine", read(path));
  }

  @Test
  void aDeletedFileIsNotBroughtBackByItsWriter() throws IOException {
    String path = root() + "/a";
    FileOutput output = another().create(path);
    output.write(1);
    assertTrue(store().delete(path));
    try {
      output.close();
    } catch (IOException e) {
      // HDFS says so, local files do not.
      output.abort();
    }
    assertTrue(store().status(path).isEmpty());
  }

  @Test
  void openRefusesADirectory() throws IOException {
    store().createDirectories(root() + "/d");
    assertThrows(IOException.class, () -> store().open(root() + "/d"));
  }

  @Test
  void aPositionBeyondTheEndIsRefused() throws IOException {
    write(root() + "/a", "four");
    try (FileInput input = store().open(root() + "/a")) {
      input.seek(4);
      assertEquals(-1, input.read());
      assertEquals(-1, input.read(new byte[2], 0, 2));
      assertThrows(IOException.class, () -> input.seek(5));
      assertThrows(IOException.class, () -> input.seek(-1));
      input.seek(1);
      assertEquals('o', input.read());
    }
  }

  @Test
  void openRefusesWhatIsMissing() throws IOException {
    assertThrows(NoSuchFileException.class, () -> store().open(root() + "/missing"));
  }

  @Test
  void statusTellsFileDirectoryAndNothing() throws IOException {
    write(root() + "/f", "four");
    store().createDirectories(root() + "/d");
    FileStatus file = store().status(root() + "/f").orElseThrow();
    assertEquals(root() + "/f", file.path());
    assertEquals("f", file.name());
    assertEquals(4, file.length());
    assertFalse(file.directory());
    assertTrue(file.modifiedMillis() > 0);
    FileStatus directory = store().status(root() + "/d").orElseThrow();
    assertTrue(directory.directory());
    assertEquals(0, directory.length());
    assertTrue(store().status(root() + "/f/below").isEmpty());
    assertTrue(store().status(root() + "/missing").isEmpty());
  }

  @Test
  void listsChildrenSortedInTheFormOfTheArgument() throws IOException {
    for (String name : List.of("b", "a=1 2%3A", "c", "B")) {
      write(root() + "/" + name, name);
    }
    store().createDirectories(root() + "/d/e");
    List<String> expected =
        List.of(root() + "/B", root() + "/a=1 2%3A", root() + "/b", root() + "/c", root() + "/d");
    assertEquals(expected, store().list(root()).stream().map(FileStatus::path).toList());
    assertEquals(expected, store().list(root() + "/").stream().map(FileStatus::path).toList());
    assertEquals(List.of(), store().list(root() + "/missing"));
    assertEquals(List.of(), store().list(root() + "/b"));
  }

  @Test
  void createDirectoriesMakesParentsAndMayBeRepeated() throws IOException {
    store().createDirectories(root() + "/a/b/c");
    store().createDirectories(root() + "/a/b/c");
    assertTrue(store().status(root() + "/a/b/c").orElseThrow().directory());
    write(root() + "/f", "x");
    assertThrows(IOException.class, () -> store().createDirectories(root() + "/f"));
    assertThrows(IOException.class, () -> store().createDirectories(root() + "/f/below"));
  }

  @Test
  void renameMovesAFile() throws IOException {
    write(root() + "/a", "x");
    store().createDirectories(root() + "/d");
    store().rename(root() + "/a", root() + "/d/b");
    assertTrue(store().status(root() + "/a").isEmpty());
    assertEquals("x", read(root() + "/d/b"));
  }

  @Test
  void renameMovesADirectory() throws IOException {
    store().createDirectories(root() + "/d");
    write(root() + "/d/a", "x");
    store().rename(root() + "/d", root() + "/e");
    assertEquals("x", read(root() + "/e/a"));
    assertTrue(store().status(root() + "/d").isEmpty());
  }

  @Test
  void renameNeverOverwritesAFile() throws IOException {
    write(root() + "/a", "a");
    write(root() + "/b", "b");
    assertThrows(
        FileAlreadyExistsException.class, () -> store().rename(root() + "/a", root() + "/b"));
    assertEquals("a", read(root() + "/a"));
    assertEquals("b", read(root() + "/b"));
  }

  @Test
  void renameNeverMovesIntoAnExistingDirectory() throws IOException {
    write(root() + "/a", "a");
    store().createDirectories(root() + "/d");
    store().createDirectories(root() + "/e");
    assertThrows(
        FileAlreadyExistsException.class, () -> store().rename(root() + "/a", root() + "/d"));
    assertThrows(
        FileAlreadyExistsException.class, () -> store().rename(root() + "/e", root() + "/d"));
    assertEquals(List.of(), store().list(root() + "/d"));
  }

  @Test
  void renameRefusesWhatIsMissing() throws IOException {
    write(root() + "/a", "a");
    assertThrows(
        NoSuchFileException.class, () -> store().rename(root() + "/missing", root() + "/b"));
    assertThrows(
        NoSuchFileException.class, () -> store().rename(root() + "/a", root() + "/missing/a"));
    assertEquals("a", read(root() + "/a"));
    assertTrue(store().status(root() + "/missing").isEmpty());
  }

  @Test
  void renameNeverMovesOntoItselfOrBelowItself() throws IOException {
    write(root() + "/a", "a");
    assertThrows(
        FileAlreadyExistsException.class, () -> store().rename(root() + "/a", root() + "/a"));
    assertEquals("a", read(root() + "/a"));
    store().createDirectories(root() + "/d/e");
    assertThrows(IOException.class, () -> store().rename(root() + "/d", root() + "/d/e/f"));
    assertTrue(store().status(root() + "/d/e").orElseThrow().directory());
    assertEquals(List.of(), store().list(root() + "/d/e"));
  }

  @Test
  void nothingComesToLieBelowAFile() throws IOException {
    write(root() + "/f", "f");
    write(root() + "/a", "a");
    assertThrows(IOException.class, () -> store().create(root() + "/f/below"));
    assertThrows(IOException.class, () -> store().createDirectories(root() + "/f/below/d"));
    assertThrows(IOException.class, () -> store().rename(root() + "/a", root() + "/f/below"));
    assertTrue(store().status(root() + "/f/below").isEmpty());
    assertFalse(store().delete(root() + "/f/below"));
    assertEquals("f", read(root() + "/f"));
    assertEquals("a", read(root() + "/a"));
  }

  @Test
  void ofTwoRenamesToOneNameTheFirstStands() throws IOException {
    write(root() + "/a", "a");
    write(root() + "/b", "b");
    store().rename(root() + "/a", root() + "/c");
    assertThrows(
        FileAlreadyExistsException.class, () -> another().rename(root() + "/b", root() + "/c"));
    assertThrows(NoSuchFileException.class, () -> another().rename(root() + "/a", root() + "/d"));
    assertEquals("a", read(root() + "/c"));
    assertEquals("b", read(root() + "/b"));
  }

  @Test
  void deleteRemovesFilesAndTrees() throws IOException {
    store().createDirectories(root() + "/d/e");
    write(root() + "/d/e/a", "x");
    write(root() + "/f", "x");
    assertTrue(store().delete(root() + "/f"));
    assertFalse(store().delete(root() + "/f"));
    assertTrue(store().delete(root() + "/d"));
    assertTrue(store().status(root() + "/d").isEmpty());
  }

  @Test
  void onlyAnEmptyDirectoryIsDeletedAsSuch() throws IOException {
    String directory = root() + "/d";
    assertFalse(store().deleteEmptyDirectory(directory));
    write(directory + "-file", "x");
    assertFalse(store().deleteEmptyDirectory(directory + "-file"));
    assertTrue(store().status(directory + "-file").isPresent());
    store().createDirectories(directory + "/child");
    assertFalse(another().deleteEmptyDirectory(directory));
    assertTrue(store().status(directory + "/child").isPresent());
    store().delete(directory + "/child");
    boolean deleted = another().deleteEmptyDirectory(directory);
    assertEquals(deleted, store().status(directory).isEmpty());
    assertFalse(deleted && store().deleteEmptyDirectory(directory));
  }

  @Test
  void hostsMayBeAsked() throws IOException {
    write(root() + "/a", "x");
    for (String host : store().hosts(root() + "/a", 0, 1)) {
      assertFalse(host.isBlank());
    }
  }

  final void write(String path, String text) throws IOException {
    try (FileOutput output = store().create(path)) {
      output.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  final String read(String path) throws IOException {
    try (FileInput input = store().open(path)) {
      return new String(input.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
