package dev.weft.engine.server.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStatus;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.conformance.FileStoreContract;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFileStoreTest extends FileStoreContract {
  private final LocalFileStore store = new LocalFileStore();
  private final LocalFileStore another = new LocalFileStore();
  @TempDir private Path directory;

  @Override
  protected FileStore store() {
    return store;
  }

  @Override
  protected FileStore another() {
    return another;
  }

  @Override
  protected String root() {
    return "file://" + directory.toAbsolutePath();
  }

  @Test
  void largeFilesWrittenInPartsOfAnySizeAreRead() throws IOException {
    for (int seed = 0; seed < 6; seed++) {
      Random random = new Random(seed);
      byte[] bytes = new byte[seed == 0 ? 4 << 20 : 3_000_000 + random.nextInt(100_000)];
      random.nextBytes(bytes);
      String path = root() + "/large-" + seed;
      try (FileOutput out = seed % 2 == 0 ? store.create(path) : store.createTemporary(path)) {
        for (int at = 0; at < bytes.length; ) {
          assertEquals(at, out.position());
          int count = Math.min(bytes.length - at, random.nextInt(1 << random.nextInt(1, 21)) + 1);
          if (count == 1) {
            out.write(bytes[at]);
          } else {
            out.write(bytes, at, count);
          }
          at += count;
        }
      }
      assertArrayEquals(bytes, Files.readAllBytes(directory.resolve("large-" + seed)));
    }
    FileOutput given = store.create(root() + "/given-up");
    given.write(new byte[3_000_000], 0, 3_000_000);
    given.abort();
    assertFalse(Files.exists(directory.resolve("given-up")));
  }

  @Test
  void positionsAroundTheBuffersBoundsAreRead() throws IOException {
    byte[] bytes = new byte[300_000];
    new Random(1).nextBytes(bytes);
    try (FileOutput out = store.create(root() + "/a")) {
      out.write(bytes, 0, 10);
      out.write(bytes[10]);
      out.write(bytes, 11, 100_000);
      assertEquals(100_011, out.position());
      for (int i = 100_011; i < bytes.length; i++) {
        out.write(bytes[i]);
      }
    }
    try (FileInput in = store.open(root() + "/a")) {
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
    }
  }

  @Test
  void plainPathsAreListedAsPlainPaths() throws IOException {
    store.create(root() + "/b").close();
    store.createDirectories(root() + "/c");
    assertEquals(
        List.of(directory + "/b", directory + "/c"),
        store.list(directory + "/").stream().map(FileStatus::path).toList());
  }

  @Test
  void aFileWhoseEndFailsIsDeletedWhenItIsGivenUp() throws IOException {
    FileOutput out = store.create(root() + "/a");
    out.write(1);
    Thread.currentThread().interrupt(); // so a task is cancelled while it ends its file
    try {
      assertThrows(ClosedByInterruptException.class, out::close);
    } finally {
      Thread.interrupted();
    }
    assertTrue(Files.exists(directory.resolve("a")));
    out.abort();
    assertFalse(Files.exists(directory.resolve("a")));
  }

  @Test
  void directoriesAreMadeWhileSomebodyDeletesTheEmptyOnes() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    Thread deletes =
        new Thread(
            () -> {
              while (!done.get()) {
                directory.resolve("shared").toFile().delete();
              }
            });
    deletes.start();
    try {
      for (int i = 0; i < 300; i++) {
        store.createDirectories(root() + "/shared/" + i + "/own");
        assertTrue(store.delete(root() + "/shared/" + i));
        store.deleteEmptyDirectory(root() + "/shared");
      }
    } finally {
      done.set(true);
      deletes.join();
    }
    store.createDirectories(root() + "/e");
    assertTrue(store.deleteEmptyDirectory(root() + "/e"));
  }

  @Test
  void pathsThatAreNotOnThisMachineAreRefused() {
    assertThrows(IOException.class, () -> store.open("relative"));
    assertThrows(IOException.class, () -> store.open("file://elsewhere/a"));
    assertThrows(IOException.class, () -> store.open("file:relative"));
  }
}
