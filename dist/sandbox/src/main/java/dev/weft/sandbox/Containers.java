package dev.weft.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds YARN containers that outlived their node manager, which happens when that was killed. */
final class Containers {
  private Containers() {}

  /**
   * Kills every process that works below {@code nodes} and was started as a container.
   *
   * @param nodes the directory that holds the node managers' local directories
   * @return how many there were
   */
  static int killLeftOver(Path nodes) {
    List<ProcessHandle> left =
        ProcessHandle.allProcesses().filter(handle -> isContainer(handle, nodes)).toList();
    left.forEach(ProcessHandle::destroyForcibly);
    return left.size();
  }

  static boolean isContainer(ProcessHandle handle, Path nodes) {
    Path proc = Path.of("/proc", Long.toString(handle.pid()));
    return workingDirectory(proc).filter(path -> path.startsWith(nodes)).isPresent()
        && hasContainerVariable(proc);
  }

  private static Optional<Path> workingDirectory(Path proc) {
    try {
      return Optional.of(Files.readSymbolicLink(proc.resolve("cwd")));
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  private static boolean hasContainerVariable(Path proc) {
    try {
      String environment =
          new String(Files.readAllBytes(proc.resolve("environ")), StandardCharsets.ISO_8859_1);
      return ("\0" + environment).contains("\0CONTAINER_ID=");
    } catch (IOException e) {
      return false;
    }
  }
}
