package dev.weft.engine.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * What a file store must do that may refuse changes for a while or run out of room, as HDFS does in
 * safe mode and at a quota.
 */
public abstract class RefusingFileStoreContract extends FileStoreContract {
  /** Refuses all changes, or takes them again. */
  protected abstract void refuseChanges(boolean refuse) throws IOException;

  /** Takes no new files and directories below the root, or takes them again. */
  protected abstract void full(boolean noRoom) throws IOException;

  @Test
  void whatRefusesChangesIsReadAndStaysAsItWas() throws IOException {
    write(root() + "/a", "a");
    store().createDirectories(root() + "/d");
    refuseChanges(true);
    try {
      assertRefused(() -> store().create(root() + "/b"));
      assertRefused(() -> store().createDirectories(root() + "/e"));
      assertRefused(() -> store().rename(root() + "/a", root() + "/b"));
      assertRefused(() -> store().delete(root() + "/a"));
      assertRefused(() -> store().delete(root() + "/d"));
      assertEquals("a", read(root() + "/a"));
      assertEquals(2, store().list(root()).size());
    } finally {
      refuseChanges(false);
    }
    store().rename(root() + "/a", root() + "/b");
    assertEquals("a", read(root() + "/b"));
  }

  @Test
  void withoutRoomNothingNewComesButAllElseGoesOn() throws IOException {
    write(root() + "/a", "a");
    write(root() + "/b", "b");
    full(true);
    try {
      assertRefused(() -> store().create(root() + "/c"));
      assertRefused(() -> store().createDirectories(root() + "/e"));
      assertEquals("a", read(root() + "/a"));
      store().rename(root() + "/a", root() + "/d");
      assertTrue(store().delete(root() + "/b"));
      assertEquals(
          List.of(root() + "/d"), store().list(root()).stream().map(s -> s.path()).toList());
    } finally {
      full(false);
    }
    write(root() + "/c", "c");
    assertEquals("c", read(root() + "/c"));
  }

  /** The refusal must not look like an answer about what lies there. */
  private static void assertRefused(Executable call) {
    IOException failure = assertThrows(IOException.class, call);
    assertFalse(failure instanceof FileAlreadyExistsException, failure.toString());
    assertFalse(failure instanceof NoSuchFileException, failure.toString());
  }
}
