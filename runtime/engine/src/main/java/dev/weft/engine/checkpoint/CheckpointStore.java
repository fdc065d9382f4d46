package dev.weft.engine.checkpoint;

import dev.weft.api.fs.FileStatus;
import dev.weft.api.fs.FileStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the checkpoints of a job lie: {@code <directory>/<job>/<epoch>-<id>/}, with the manifest in
 * {@code _metadata}. Only the leader makes directories, so a task that comes too late finds none.
 * Calls block and run off the control thread; the class keeps no state that changes.
 */
public final class CheckpointStore {
  /** The name of a manifest. */
  public static final String MANIFEST_NAME = "_metadata";

  private static final Pattern DIRECTORY_NAME = Pattern.compile("(\\d+)-(\\d+)");

  private final FileStore files;
  private final String root;
  private final long epoch;

  /**
   * The checkpoints of a job.
   *
   * @param directory of all checkpoints
   * @param epoch of this leader
   */
  public CheckpointStore(FileStore files, String directory, String jobId, long epoch) {
    this.files = files;
    this.root = directory + "/" + jobId;
    this.epoch = epoch;
  }

  /** The directory of all checkpoints of the job. */
  public String root() {
    return root;
  }

  /** The directory of a checkpoint of this leader. */
  public String directory(long checkpointId) {
    return root + "/" + epoch + "-" + checkpointId;
  }

  /** Whether a file belongs to a checkpoint of the job. */
  boolean owns(String file) {
    return file.startsWith(root + "/");
  }

  /** Makes the directory of a checkpoint. */
  void createDirectory(long checkpointId) throws IOException {
    files.createDirectories(directory(checkpointId));
  }

  /** Writes the manifest; afterwards it is durable, but not registered. */
  RegisteredCheckpoint write(Manifest manifest) throws IOException {
    String path = directory(manifest.checkpointId()) + "/" + MANIFEST_NAME;
    byte[] sealed = ChecksummedFile.seal(Manifest.CODEC.toBytes(manifest));
    ChecksummedFile.create(files, path, sealed);
    return new RegisteredCheckpoint(
        manifest.checkpointId(),
        manifest.epoch(),
        path,
        sealed.length,
        ChecksummedFile.checksumOf(sealed),
        manifest.last(),
        List.copyOf(manifest.files()));
  }

  /**
   * Reads the manifest of a registered checkpoint.
   *
   * @throws ChecksummedFile.DamagedException when it is missing, damaged or not the one that was
   *     registered
   * @throws IOException when it could not be read now
   */
  public Manifest load(RegisteredCheckpoint registered) throws IOException {
    String path = registered.manifestPath();
    byte[] sealed = ChecksummedFile.readSealed(files, path);
    byte[] content = ChecksummedFile.open(sealed, "The manifest " + path);
    if (sealed.length != registered.manifestBytes()
        || ChecksummedFile.checksumOf(sealed) != registered.manifestCrc32c()) {
      throw new ChecksummedFile.DamagedException(
          "The manifest " + path + " is not the one that was registered");
    }
    Manifest manifest = decode(content, path);
    if (manifest.checkpointId() != registered.id()) {
      throw new ChecksummedFile.DamagedException(
          "The manifest "
              + path
              + " is of checkpoint "
              + manifest.checkpointId()
              + ", not "
              + registered.id());
    }
    return manifest;
  }

  /**
   * Reads a manifest that the user named.
   *
   * @param path the manifest or the directory that holds it
   */
  public Manifest load(String path) throws IOException {
    boolean directory = files.status(path).map(FileStatus::directory).orElse(false);
    String manifest = directory ? path + "/" + MANIFEST_NAME : path;
    return decode(ChecksummedFile.read(files, manifest), manifest);
  }

  private static Manifest decode(byte[] content, String path) throws IOException {
    try {
      return Manifest.CODEC.fromBytes(content);
    } catch (IOException e) {
      throw new ChecksummedFile.DamagedException(
          "The manifest " + path + " can not be understood: " + e.getMessage());
    }
  }

  /** Deletes a directory of a checkpoint with all in it. */
  void delete(String directory) throws IOException {
    files.delete(directory);
  }

  /** Deletes all checkpoints of the job. */
  public void deleteAll() throws IOException {
    files.delete(root);
  }

  /**
   * Directories that earlier leaders left and nothing refers to.
   *
   * @param referenced files and directories that are needed
   */
  List<String> findOrphans(Set<String> referenced) throws IOException {
    Set<String> needed = new TreeSet<>();
    referenced.forEach(path -> needed.add(checkpointName(path)));
    List<String> orphans = new ArrayList<>();
    for (FileStatus child : files.list(root)) {
      Matcher name = DIRECTORY_NAME.matcher(child.name());
      if (name.matches()
          && Long.parseLong(name.group(1)) < epoch
          && !needed.contains(child.name())) {
        orphans.add(root + "/" + child.name());
      }
    }
    return orphans;
  }

  /** The name of the checkpoint directory in a path of this job; empty for other paths. */
  private String checkpointName(String path) {
    if (!path.startsWith(root + "/")) {
      return "";
    }
    String rest = path.substring(root.length() + 1);
    int slash = rest.indexOf('/');
    return slash < 0 ? rest : rest.substring(0, slash);
  }
}
