package dev.weft.engine.checkpoint;

import dev.weft.api.fs.FileStatus;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.protocol.SnapshotHandle;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  /** The name of the note that output is committed. */
  private static final String COMMITTED_NAME = "_committed";

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

  /**
   * The directory of a savepoint that this leader takes.
   *
   * @param target which the user named
   */
  String savepointDirectory(String target, long checkpointId) {
    return target + "/" + savepointPrefix() + epoch + "-" + checkpointId;
  }

  private String savepointPrefix() {
    String jobId = root.substring(root.lastIndexOf('/') + 1);
    return "savepoint-" + jobId.substring(0, Math.min(12, jobId.length())) + "-";
  }

  /** Whether a file belongs to a checkpoint of the job. */
  boolean owns(String file) {
    return file.startsWith(root + "/");
  }

  /** Makes the directory of a checkpoint. */
  void createDirectory(String directory) throws IOException {
    files.createDirectories(directory);
  }

  /**
   * The directory of a snapshot in one way of writing, for comparisons.
   *
   * @param path that directory, or the manifest in it, as users write them
   */
  public static String placeOf(String path) {
    String place = path.replaceFirst("^file:/+", "/").replaceFirst("/+$", "");
    return place.endsWith("/" + MANIFEST_NAME)
        ? place.substring(0, place.length() - MANIFEST_NAME.length() - 1)
        : place;
  }

  /** Writes the manifest; afterwards it is durable, but not registered. */
  RegisteredCheckpoint write(Manifest manifest, String directory) throws IOException {
    String path = directory + "/" + MANIFEST_NAME;
    byte[] sealed = sealed(manifest, directory);
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

  /** The bytes of the manifest's file in a directory. */
  public static byte[] sealed(Manifest manifest, String directory) {
    return ChecksummedFile.seal(Manifest.CODEC.toBytes(manifest.relativeTo(directory)));
  }

  /**
   * Notes beside the manifest of a savepoint that all output it covers is committed, so that a job
   * that starts from it need not look.
   */
  public void markCommitted(RegisteredCheckpoint checkpoint) throws IOException {
    String path = checkpoint.directory() + "/" + COMMITTED_NAME;
    if (files.status(path).isEmpty()) {
      ChecksummedFile.create(files, path, ChecksummedFile.seal(new byte[0]));
    }
  }

  /** Whether {@link #markCommitted} was called. */
  public boolean isCommitted(RegisteredCheckpoint checkpoint) throws IOException {
    return isCommitted(files, checkpoint);
  }

  /** Whether {@link #markCommitted} was called for a checkpoint of any job. */
  public static boolean isCommitted(FileStore files, RegisteredCheckpoint checkpoint)
      throws IOException {
    return files.status(checkpoint.directory() + "/" + COMMITTED_NAME).isPresent();
  }

  /** Whether a checkpoint lies where those of this job lie. */
  public boolean isOwn(RegisteredCheckpoint checkpoint) {
    return checkpoint.manifestPath().startsWith(root + "/");
  }

  /**
   * Reads the manifest of a registered checkpoint.
   *
   * @throws ChecksummedFile.DamagedException when it is missing, damaged or not the one that was
   *     registered
   * @throws IOException when it could not be read now
   */
  public Manifest load(RegisteredCheckpoint registered) throws IOException {
    return load(files, registered);
  }

  /** Reads the manifest of a checkpoint, as {@link #load(RegisteredCheckpoint)} does. */
  public static Manifest load(FileStore files, RegisteredCheckpoint registered) throws IOException {
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

  /** The directory of a snapshot that the user named by it or by the manifest in it. */
  public static String directoryOf(String path) {
    String end = "/" + MANIFEST_NAME;
    String directory = path.endsWith(end) ? path.substring(0, path.length() - end.length()) : path;
    return directory.endsWith("/") ? directory.substring(0, directory.length() - 1) : directory;
  }

  /**
   * The checkpoint or savepoint that the user named.
   *
   * @param path the manifest or the directory that holds it
   * @throws ChecksummedFile.DamagedException when there is none or it is damaged
   */
  public static RegisteredCheckpoint find(FileStore files, String path) throws IOException {
    String manifestPath = path;
    Optional<FileStatus> status = files.status(path);
    if (status.isEmpty()) {
      throw new ChecksummedFile.DamagedException("there is nothing at " + path);
    }
    if (status.get().directory()) {
      manifestPath = path.endsWith("/") ? path + MANIFEST_NAME : path + "/" + MANIFEST_NAME;
      if (files.status(manifestPath).isEmpty()) {
        throw new ChecksummedFile.DamagedException(
            "the directory " + path + " has no file " + MANIFEST_NAME);
      }
    }
    byte[] sealed = ChecksummedFile.readSealed(files, manifestPath);
    byte[] content = ChecksummedFile.open(sealed, "The file " + manifestPath);
    Manifest manifest = decode(content, manifestPath);
    return new RegisteredCheckpoint(
        manifest.checkpointId(),
        manifest.epoch(),
        manifestPath,
        sealed.length,
        ChecksummedFile.checksumOf(sealed),
        manifest.last(),
        List.copyOf(manifest.files()));
  }

  /**
   * Checks that the files of a snapshot are there and as long as its manifest says.
   *
   * @throws ChecksummedFile.DamagedException when one is not
   */
  public static void checkFiles(FileStore files, Manifest manifest) throws IOException {
    for (Map.Entry<String, Long> extent : manifest.extents().entrySet()) {
      Optional<FileStatus> status = files.status(extent.getKey());
      if (status.isEmpty()) {
        throw new ChecksummedFile.DamagedException(
            "The file " + extent.getKey() + " of the snapshot is missing; bring it back");
      }
      if (status.get().length() < extent.getValue()) {
        throw new ChecksummedFile.DamagedException(
            "The file "
                + extent.getKey()
                + " of the snapshot is cut: it has "
                + status.get().length()
                + " bytes of "
                + extent.getValue()
                + "; bring it back");
      }
    }
  }

  /**
   * Reads what a manifest names of some files.
   *
   * @param suspects files, also such that it does not name
   * @throws ChecksummedFile.DamagedException when one is not as it was written
   * @throws IOException when it could not be read now
   */
  void verify(Manifest manifest, Set<String> suspects) throws IOException {
    for (SnapshotHandle handle : manifest.handles()) {
      if (!handle.isInline() && suspects.contains(handle.path())) {
        StateFile.verify(files, handle);
      }
    }
  }

  private static Manifest decode(byte[] content, String path) throws IOException {
    try {
      return Manifest.CODEC
          .fromBytes(content)
          .resolvedAgainst(path.substring(0, Math.max(0, path.lastIndexOf('/'))));
    } catch (IOException e) {
      throw new ChecksummedFile.DamagedException(
          "The manifest "
              + path
              + " can not be understood: "
              + e.getMessage()
              + "; if a later release wrote it, use that release");
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

  /** Deletes what lies here of no use to some checkpoints: for the end of the job. */
  public void deleteAllBut(List<RegisteredCheckpoint> kept) throws IOException {
    if (files.status(root).isEmpty()) {
      return;
    }
    Set<String> referenced = new TreeSet<>();
    for (RegisteredCheckpoint checkpoint : kept) {
      referenced.add(checkpoint.manifestPath());
      referenced.addAll(checkpoint.files());
    }
    for (String orphan : findUnused(referenced, Long.MAX_VALUE)) {
      files.delete(orphan);
    }
  }

  /**
   * Directories that earlier leaders left and nothing refers to.
   *
   * @param referenced files and directories that are needed
   */
  List<String> findOrphans(Set<String> referenced) throws IOException {
    return findUnused(referenced, epoch);
  }

  private List<String> findUnused(Set<String> referenced, long endEpoch) throws IOException {
    Set<String> needed = new TreeSet<>();
    referenced.forEach(path -> needed.add(checkpointName(path)));
    List<String> orphans = new ArrayList<>();
    for (FileStatus child : files.list(root)) {
      Matcher name = DIRECTORY_NAME.matcher(child.name());
      if (name.matches()
          && Long.parseLong(name.group(1)) < endEpoch
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
