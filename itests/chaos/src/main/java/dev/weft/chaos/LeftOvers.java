package dev.weft.chaos;

import dev.weft.connectors.hdfs.sink.StagingLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * What a finished job and dead processes must not leave: files of checkpoints, of a savepoint that
 * was not completed, of output that no checkpoint covers with the directory in which it was staged,
 * and local directories.
 */
final class LeftOvers {
  private static final String LOCK = ".lock-";

  private LeftOvers() {}

  static void check(Cluster cluster) throws IOException {
    cluster.await(
        "the job's files are gone; there are " + files(cluster),
        () -> Cluster.now(() -> files(cluster).isEmpty()));
    if (!local(cluster).isEmpty()) {
      cluster.taskManager();
      cluster.await(
          "a TaskManager that starts removes " + local(cluster),
          () -> Cluster.now(() -> local(cluster).isEmpty()));
    }
  }

  private static List<String> files(Cluster cluster) throws IOException {
    List<String> left = new ArrayList<>();
    for (Path file : below(cluster, new Path("/checkpoints"))) {
      left.add(file.toUri().getPath());
    }
    Path staging = new Path(cluster.output(), StagingLayout.STAGING);
    if (cluster.files().exists(staging)) {
      left.add(staging.toUri().getPath() + " with " + below(cluster, staging));
    }
    for (Path file : below(cluster, new Path("/savepoints"))) {
      if (!cluster.files().exists(new Path(file.getParent(), "_metadata"))) {
        left.add(file.toUri().getPath());
      }
    }
    return left;
  }

  private static List<Path> below(Cluster cluster, Path directory) throws IOException {
    List<Path> files = new ArrayList<>();
    if (cluster.files().exists(directory)) {
      RemoteIterator<LocatedFileStatus> all = cluster.files().listFiles(directory, true);
      while (all.hasNext()) {
        files.add(all.next().getPath());
      }
    }
    return files;
  }

  /** Local directories of processes that are gone. */
  private static List<String> local(Cluster cluster) throws IOException {
    List<String> left = new ArrayList<>();
    try (Stream<java.nio.file.Path> all = Files.list(cluster.localDirectory())) {
      for (java.nio.file.Path directory : all.toList()) {
        if (!livesOwner(directory)) {
          left.add(directory.getFileName().toString());
        }
      }
    }
    return left;
  }

  private static boolean livesOwner(java.nio.file.Path directory) throws IOException {
    try (Stream<java.nio.file.Path> all = Files.list(directory)) {
      Optional<Long> owner =
          all.map(file -> file.getFileName().toString())
              .filter(name -> name.startsWith(LOCK))
              .map(name -> Long.parseLong(name.substring(LOCK.length())))
              .findFirst();
      return owner.flatMap(ProcessHandle::of).map(ProcessHandle::isAlive).orElse(false);
    }
  }
}
