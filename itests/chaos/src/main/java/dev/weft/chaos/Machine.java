package dev.weft.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Commands of the system, some of which only root may give. */
final class Machine {
  private Machine() {}

  static boolean isRoot() throws IOException {
    return run(List.of("id", "-u")).strip().equals("0");
  }

  /** Whether a program is installed. */
  static boolean has(String program) {
    for (String directory : System.getenv("PATH").split(":")) {
      if (java.nio.file.Files.isExecutable(java.nio.file.Path.of(directory, program))) {
        return true;
      }
    }
    return false;
  }

  /** Runs a command to its end and returns what it says. */
  static String run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(command + " ends with " + process.exitValue() + ": " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    return said;
  }
}
