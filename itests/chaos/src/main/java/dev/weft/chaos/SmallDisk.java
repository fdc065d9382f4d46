package dev.weft.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A disk of a few megabytes that is mounted until it is closed.
 *
 * @param directory where it is mounted
 */
record SmallDisk(Path directory) implements AutoCloseable {
  private static final String SIZE = "size=48m";

  /** Why there can be none here; null when there can. */
  static String hindrance() throws IOException {
    return Machine.isRoot() ? null : "only root may mount a small disk";
  }

  static SmallDisk mount(Path directory) throws IOException {
    Files.createDirectories(directory);
    Machine.run(List.of("mount", "-t", "tmpfs", "-o", SIZE, "weft-chaos", directory.toString()));
    return new SmallDisk(directory);
  }

  @Override
  public void close() throws IOException {
    Machine.run(List.of("umount", "-l", directory.toString()));
  }
}
