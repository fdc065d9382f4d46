package dev.weft.engine.server.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStatus;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFileStoreTest {
  private final LocalFileStore store = new LocalFileStore();
  @TempDir private Path directory;
  private String root;

  @BeforeEach
  void setRoot() {
    root = "file://" + directory.toAbsolutePath();
  }

  private void write(String path, String text) throws IOException {
    try (FileOutput out = store.create(path)) {
      out.write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
  }

  private String read(String path) throws IOException {
    try (FileInput in = store.open(path)) {
      return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    byte[] bytes = new byte[300_000];
    new Random(1).nextBytes(bytes);
    try (FileOutput out = store.create(root + "/a")) {
      out.write(bytes, 0, 10);
      out.write(bytes[10]);
      out.write(bytes, 11, 100_000);
      assertEquals(100_011, out.position());
      for (int i = 100_011; i < bytes.length; i++) {
        out.write(bytes[i]);
      }
    }
    try (FileInput in = store.open(root + "/a")) {
      assertEquals(bytes.length, in.length());
      assertArrayEquals(bytes, in.readAllBytes());
      assertEquals(bytes.length, in.position());
      for (int offset : new int[] {0, 299_990, 5, 65_536, 65_535, 299_999, 300_000, 7}) {
        in.seek(offset);
        assertEquals(offset, in.position());
        assertEquals(offset == bytes.length ? -1 : bytes[offset] & 0xff, in.read());
      }
      byte[] part = new byte[100];
      in.readFully(1000, part, 0, 100);
      assertArrayEquals(java.util.Arrays.copyOfRange(bytes, 1000, 1100), part);
      assertThrows(EOFException.class, () -> in.readFully(299_950, part, 0, 100));
      assertThrows(IOException.class, () -> in.seek(300_001));
    }
  }

  @Test
  void creationNeverOverwritesAndNeverMakesDirectories() throws IOException {
    write(root + "/a", "one");
    assertThrows(FileAlreadyExistsException.class, () -> store.create(root + "/a"));
    assertThrows(NoSuchFileException.class, () -> store.create(root + "/missing/a"));
    assertEquals("one", read(root + "/a"));
  }

  @Test
  void anAbortedFileIsGone() throws IOException {
    FileOutput out = store.create(root + "/a");
    out.write(1);
    out.abort();
    out.close();
    assertTrue(store.status(root + "/a").isEmpty());
  }

  @Test
  void renamingNeverOverwrites() throws IOException {
    write(root + "/a", "one");
    write(root + "/b", "two");
    store.createDirectories(root + "/d/e");
    store.createDirectories(root + "/f");
    assertThrows(FileAlreadyExistsException.class, () -> store.rename(root + "/a", root + "/b"));
    assertThrows(FileAlreadyExistsException.class, () -> store.rename(root + "/a", root + "/d"));
    assertThrows(FileAlreadyExistsException.class, () -> store.rename(root + "/d", root + "/f"));
    assertThrows(NoSuchFileException.class, () -> store.rename(root + "/x", root + "/y"));
    assertThrows(NoSuchFileException.class, () -> store.rename(root + "/a", root + "/x/y"));
    store.rename(root + "/a", root + "/d/e/a");
    store.rename(root + "/d", root + "/g");
    assertEquals("one", read(root + "/g/e/a"));
    assertEquals("two", read(root + "/b"));
    assertTrue(store.status(root + "/a").isEmpty());
  }

  @Test
  void listingIsSortedAndKeepsTheFormOfThePath() throws IOException {
    write(root + "/b", "two");
    write(root + "/a", "one");
    store.createDirectories(root + "/c");
    assertEquals(
        List.of(root + "/a", root + "/b", root + "/c"),
        store.list(root).stream().map(FileStatus::path).toList());
    assertEquals(
        List.of(directory + "/a", directory + "/b", directory + "/c"),
        store.list(directory + "/").stream().map(FileStatus::path).toList());
    assertEquals(List.of(), store.list(root + "/missing"));
    FileStatus status = store.status(root + "/a").orElseThrow();
    assertEquals(3, status.length());
    assertFalse(status.directory());
    assertTrue(store.status(root + "/c").orElseThrow().directory());
  }

  @Test
  void deletionIsRecursiveAndTellsWhetherAnythingWasThere() throws IOException {
    store.createDirectories(root + "/a/b/c");
    store.createDirectories(root + "/a/b/c");
    write(root + "/a/b/c/d", "x");
    assertTrue(store.delete(root + "/a"));
    assertFalse(store.delete(root + "/a"));
  }

  @Test
  void pathsThatAreNotOnThisMachineAreRefused() {
    assertThrows(IOException.class, () -> store.open("relative"));
    assertThrows(IOException.class, () -> store.open("file://elsewhere/a"));
    assertThrows(IOException.class, () -> store.open("file:relative"));
  }
}
