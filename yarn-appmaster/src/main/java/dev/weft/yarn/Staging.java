package dev.weft.yarn;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.YarnOptions;
import dev.weft.client.target.Submission;
import dev.weft.client.target.TargetContext;
import dev.weft.engine.plan.JobPlanCodec;
import dev.weft.engine.plugin.JobJars;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * The files of an application on the cluster's file system, which nobody but the user can read:
 * {@code .weft/<application>} with what belongs to it alone, {@code .weft/dist} with installations
 * under their digests, {@code .weft/storage} with journals and checkpoints.
 */
final class Staging implements AutoCloseable {
  private static final FsPermission PRIVATE = new FsPermission((short) 0700);
  private static final FsPermission READABLE = new FsPermission((short) 0600);
  private static final String ROOT = ".weft";

  private final FileSystem fileSystem;
  private final Configuration configuration;
  private final Path root;

  private Staging(FileSystem fileSystem, Configuration configuration, Path root) {
    this.fileSystem = fileSystem;
    this.configuration = configuration;
    this.root = root;
  }

  /** Opens the user's directory, or the one that {@code yarn.staging-directory} names. */
  static Staging open(org.apache.hadoop.conf.Configuration hadoop, Configuration configuration)
      throws IOException {
    String option = configuration.get(YarnOptions.STAGING_DIRECTORY);
    Path base = option == null ? null : new Path(option);
    FileSystem fileSystem =
        base == null
            ? FileSystem.newInstance(hadoop)
            : FileSystem.newInstance(base.toUri(), hadoop);
    Path directory = base == null ? fileSystem.getHomeDirectory() : base;
    Staging staging =
        new Staging(fileSystem, configuration, fileSystem.makeQualified(new Path(directory, ROOT)));
    staging.makePrivate(staging.root);
    return staging;
  }

  private void makePrivate(Path directory) throws IOException {
    if (!fileSystem.exists(directory)) {
      fileSystem.mkdirs(directory, PRIVATE);
      fileSystem.setPermission(directory, PRIVATE);
    }
  }

  FileSystem fileSystem() {
    return fileSystem;
  }

  /** Where journals and checkpoints lie when no option says so. */
  String storage() throws IOException {
    Path storage = new Path(root, "storage");
    makePrivate(storage);
    return storage.toString();
  }

  /** The directory of an application. */
  Path directory(String applicationId) {
    return new Path(root, applicationId);
  }

  /**
   * Where containers get the installation from: put up unless the same one lies there already.
   *
   * @return what {@link ContainerFiles} understands
   */
  String distribution(TargetContext context) throws IOException {
    List<String> provided = configuration.get(YarnOptions.PROVIDED_LIB_DIRS);
    if (!provided.isEmpty()) {
      return String.join(",", provided);
    }
    DistributionArchive archive = DistributionArchive.of(context.installation());
    Path directory = new Path(root, "dist");
    makePrivate(directory);
    Path file = new Path(directory, archive.digest() + ".zip");
    if (!fileSystem.exists(file)) {
      context.notices().accept("Putting the installation up to " + file);
      Path partial = new Path(directory, UUID.randomUUID() + ".part");
      try {
        archive.write(fileSystem.create(partial, false));
        finish(partial);
        if (!fileSystem.rename(partial, file) && !fileSystem.exists(file)) {
          throw new IOException(partial + " can not be renamed to " + file);
        }
      } finally {
        fileSystem.delete(partial, false);
      }
    }
    return file.toString();
  }

  private void finish(Path file) throws IOException {
    fileSystem.setPermission(file, READABLE);
    int copies = configuration.get(YarnOptions.FILE_REPLICATION);
    if (copies > 0) {
      fileSystem.setReplication(file, (short) copies);
    }
  }

  /** Makes the directory of an application with its configuration and the files to be shipped. */
  void prepare(Path directory, byte[] configurationArchive) throws IOException {
    fileSystem.mkdirs(directory, PRIVATE);
    fileSystem.setPermission(directory, PRIVATE);
    write(new Path(directory, ContainerLayout.CONFIGURATION_ARCHIVE), configurationArchive);
    for (String name : configuration.get(YarnOptions.SHIP_FILES)) {
      java.nio.file.Path local = java.nio.file.Path.of(name);
      try (Stream<java.nio.file.Path> files = Files.walk(local)) {
        for (java.nio.file.Path file : files.filter(Files::isRegularFile).toList()) {
          String relative =
              local.toAbsolutePath().getParent().relativize(file.toAbsolutePath()).toString();
          copy(file, new Path(new Path(directory, ContainerLayout.SHIPPED), relative));
        }
      }
    }
  }

  /** Puts the job into an application's directory. */
  void putJob(Path directory, Submission submission) throws IOException {
    StringBuilder jars = new StringBuilder();
    for (java.nio.file.Path jar : submission.jars()) {
      String digest = JobJars.digest(jar);
      Path target = new Path(new Path(directory, ContainerLayout.JARS), digest + ".jar");
      if (!fileSystem.exists(target)) {
        copy(jar, target);
      }
      jars.append(digest).append(' ').append(jar.getFileName()).append('\n');
    }
    write(
        new Path(directory, ContainerLayout.JARS_FILE),
        jars.toString().getBytes(StandardCharsets.UTF_8));
    write(new Path(directory, ContainerLayout.PLAN_FILE), JobPlanCodec.encode(submission.plan()));
  }

  private void copy(java.nio.file.Path local, Path target) throws IOException {
    try (var out = fileSystem.create(target, false)) {
      Files.copy(local, out);
    }
    finish(target);
  }

  private void write(Path target, byte[] bytes) throws IOException {
    try (var out = fileSystem.create(target, false)) {
      out.write(bytes);
    }
    finish(target);
  }

  /** Removes the directory of an application. */
  void remove(Path directory) throws IOException {
    fileSystem.delete(directory, true);
  }

  @Override
  public void close() throws IOException {
    fileSystem.close();
  }
}
