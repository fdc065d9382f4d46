package dev.weft.chaos;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The signs of life of the subtasks.
 *
 * @param directory where they lie
 * @param subtasks how many there are
 */
record Signs(Path directory, int subtasks) {
  /**
   * What a subtask said last.
   *
   * @param pid its process
   * @param openedMillis when its function was opened
   * @param firstMillis when it emitted for the first time since
   * @param emittedMillis when it emitted last
   */
  record Sign(long pid, long openedMillis, long firstMillis, long emittedMillis) {}

  /** The signs by subtask; fewer when some never emitted. */
  List<Sign> read() {
    List<Sign> signs = new ArrayList<>();
    for (int subtask = 0; subtask < subtasks; subtask++) {
      Path file = directory.resolve("sign-" + subtask);
      try {
        if (Files.exists(file)) {
          ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
          if (bytes.remaining() == 4 * Long.BYTES) {
            signs.add(new Sign(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong()));
          }
        }
      } catch (IOException e) {
        throw new IllegalStateException("The sign " + file + " can not be read", e);
      }
    }
    return signs;
  }

  /** Whether all subtasks emitted after a moment. */
  boolean allEmittedAfter(long millis) {
    List<Sign> signs = read();
    return signs.size() == subtasks
        && signs.stream().allMatch(sign -> sign.emittedMillis() > millis);
  }

  /** Makes one subtask do something that functions should not do. */
  void misbehave(String kind) throws IOException {
    Path written = Files.writeString(directory.resolve("fault-next"), kind);
    Files.move(written, directory.resolve("fault"));
  }

  /** Whether no subtask has taken up yet what {@link #misbehave} asked for. */
  boolean isAsked() {
    return Files.exists(directory.resolve("fault"));
  }
}
