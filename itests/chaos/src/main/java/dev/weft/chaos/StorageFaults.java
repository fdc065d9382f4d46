package dev.weft.chaos;

import dev.weft.sandbox.Daemon;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.SafeModeAction;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;

/** HDFS that is away, full or damaged; local disks that are full or damaged. */
final class StorageFaults {
  private StorageFaults() {}

  static void nameNodeAway(Cluster cluster) throws IOException {
    pause(cluster, Daemon.NAMENODE, 15_000);
  }

  static void dataNodeAway(Cluster cluster) throws IOException {
    pause(cluster, Daemon.DATANODE, 8_000);
  }

  private static void pause(Cluster cluster, Daemon daemon, long millis) throws IOException {
    long pid = cluster.sandbox().pid(daemon);
    Child.signal(pid, "STOP");
    Cluster.pause(millis);
    Child.signal(pid, "CONT");
  }

  static void safeMode(Cluster cluster) throws IOException {
    DistributedFileSystem hdfs = (DistributedFileSystem) cluster.files();
    hdfs.setSafeMode(SafeModeAction.ENTER);
    Cluster.pause(10_000);
    hdfs.setSafeMode(SafeModeAction.LEAVE);
  }

  static void quota(Cluster cluster) throws IOException {
    DistributedFileSystem hdfs = (DistributedFileSystem) cluster.files();
    Path directory = new Path("/checkpoints");
    hdfs.setQuota(directory, HdfsConstants.QUOTA_DONT_SET, 1);
    Cluster.pause(8_000);
    hdfs.setQuota(directory, HdfsConstants.QUOTA_DONT_SET, HdfsConstants.QUOTA_RESET);
  }

  static void loseReplies(Cluster cluster) {
    ZooKeeperFaults.loseReplies(cluster.proxy(Cluster.NAME_NODE));
  }

  static void damageManifests(Cluster cluster) throws IOException {
    cluster.taskManagers().forEach(Child::kill);
    Cluster.pause(6_000); // the checkpoint under way is over
    Path root = new Path("/checkpoints/" + cluster.job());
    for (FileStatus directory : cluster.files().listStatus(root)) {
      Path manifest = new Path(directory.getPath(), "_metadata");
      if (cluster.files().exists(manifest)) {
        byte[] bytes;
        try (FSDataInputStream in = cluster.files().open(manifest)) {
          bytes = in.readAllBytes();
        }
        bytes[bytes.length / 2] ^= 0x40;
        try (FSDataOutputStream out = cluster.files().create(manifest, true)) {
          out.write(bytes);
        }
      }
    }
    cluster.fillUp(Case.TASK_MANAGERS);
    cluster.await(
        "the job fails",
        () ->
            Cluster.now(
                () ->
                    cluster.rest("/jobs/" + cluster.job()).get("state").asText().equals("FAILED")));
  }

  static void fullDisk(Cluster cluster) throws IOException {
    java.nio.file.Path filler = cluster.localDirectory().resolve("filler");
    byte[] block = new byte[64 << 10];
    try (var out = Files.newOutputStream(filler)) {
      while (cluster.localDirectory().toFile().getUsableSpace() > 0) {
        out.write(block);
      }
    } catch (IOException e) {
      if (cluster.localDirectory().toFile().getUsableSpace() > block.length) {
        throw e;
      }
    }
    Cluster.pause(8_000);
    Files.delete(filler);
  }

  static void damageCopies(Cluster cluster) throws IOException {
    int damaged = 0;
    List<java.nio.file.Path> copies;
    try (Stream<java.nio.file.Path> all = Files.walk(cluster.localDirectory())) {
      copies = all.filter(path -> path.toString().contains("/checkpoints/")).toList();
    }
    for (java.nio.file.Path copy : copies) {
      if (Files.isRegularFile(copy) && Files.size(copy) > 0) {
        try (var file = new java.io.RandomAccessFile(copy.toFile(), "rw")) {
          for (long place = 0; place < file.length(); place += 512) {
            file.seek(place);
            int value = file.read();
            file.seek(place);
            file.write(value ^ 0x20);
          }
        }
        damaged++;
      }
    }
    if (damaged == 0) {
      throw new AssertionError("there is no local copy of state in " + cluster.localDirectory());
    }
    FunctionFaults.misbehave(cluster, "throw");
  }
}
