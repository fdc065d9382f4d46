package dev.weft.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where things lie below the sandbox's directory.
 *
 * @param dir absolute, normalised
 */
record Layout(Path dir) {
  Layout {
    dir = dir.toAbsolutePath().normalize();
  }

  Path hadoopConf() {
    return dir.resolve("conf/hadoop");
  }

  Path hiveConf() {
    return dir.resolve("conf/hive");
  }

  Path weftConf() {
    return dir.resolve("conf/weft");
  }

  Path logs() {
    return dir.resolve("logs");
  }

  /** What survives a stop: name node image, blocks, ZooKeeper's and the metastore's data. */
  Path data() {
    return dir.resolve("data");
  }

  Path run() {
    return dir.resolve("run");
  }

  /** Local and log directories of the node managers; containers run below it. */
  Path yarn() {
    return dir.resolve("yarn");
  }

  Path log(Daemon daemon) {
    return logs().resolve(daemon.label() + ".log");
  }

  /** Standard output and error: what the JVM says before, beside or instead of logging. */
  Path output(Daemon daemon) {
    return logs().resolve(daemon.label() + ".out");
  }

  Path stateFile() {
    return dir.resolve("sandbox.json");
  }

  Path lockFile() {
    return dir.resolve("sandbox.lock");
  }

  void createDirectories() {
    try {
      for (Path path :
          List.of(
              hadoopConf(), hiveConf(), weftConf(), logs(), data(), run().resolve("tmp"), yarn())) {
        Files.createDirectories(path);
      }
    } catch (IOException e) {
      throw new SandboxException(
          "Cannot create the sandbox's directories below "
              + dir
              + ": "
              + e
              + ". Choose another place with --dir or WEFT_SANDBOX_DIR.",
          e);
    }
  }
}
