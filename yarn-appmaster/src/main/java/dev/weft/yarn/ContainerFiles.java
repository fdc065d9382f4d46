package dev.weft.yarn;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.yarn.api.records.LocalResource;
import org.apache.hadoop.yarn.api.records.LocalResourceType;
import org.apache.hadoop.yarn.api.records.LocalResourceVisibility;
import org.apache.hadoop.yarn.api.records.URL;

/** What YARN puts into every container of an application, by its place in the container. */
final class ContainerFiles {
  private final Configuration hadoop;
  private final Map<String, LocalResource> resources = new LinkedHashMap<>();

  private ContainerFiles(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  /**
   * The files of an application.
   *
   * @param distribution the archive of the installation, or directories that provide it, separated
   *     by commas
   * @param staging the application's directory
   */
  static Map<String, LocalResource> of(Configuration hadoop, String distribution, Path staging)
      throws IOException {
    ContainerFiles files = new ContainerFiles(hadoop);
    for (String place : distribution.split(",")) {
      Path path = new Path(place);
      FileStatus status = path.getFileSystem(hadoop).getFileStatus(path);
      if (status.isDirectory()) {
        files.addTree(
            ContainerLayout.DISTRIBUTION, status.getPath(), LocalResourceVisibility.PRIVATE);
      } else {
        files.resources.put(
            ContainerLayout.DISTRIBUTION,
            resource(status, LocalResourceType.ARCHIVE, LocalResourceVisibility.PRIVATE));
      }
    }
    FileSystem fileSystem = staging.getFileSystem(hadoop);
    files.resources.put(
        ContainerLayout.CONFIGURATION,
        resource(
            fileSystem.getFileStatus(new Path(staging, ContainerLayout.CONFIGURATION_ARCHIVE)),
            LocalResourceType.ARCHIVE,
            LocalResourceVisibility.APPLICATION));
    Path shipped = new Path(staging, ContainerLayout.SHIPPED);
    if (fileSystem.exists(shipped)) {
      files.addTree(
          ContainerLayout.SHIPPED,
          fileSystem.getFileStatus(shipped).getPath(),
          LocalResourceVisibility.APPLICATION);
    }
    return files.resources;
  }

  private void addTree(String link, Path directory, LocalResourceVisibility visibility)
      throws IOException {
    RemoteIterator<LocatedFileStatus> children =
        directory.getFileSystem(hadoop).listFiles(directory, true);
    String root = directory.toUri().getPath();
    while (children.hasNext()) {
      FileStatus child = children.next();
      String relative = child.getPath().toUri().getPath().substring(root.length());
      resources.put(link + relative, resource(child, LocalResourceType.FILE, visibility));
    }
  }

  private static LocalResource resource(
      FileStatus status, LocalResourceType type, LocalResourceVisibility visibility) {
    return LocalResource.newInstance(
        URL.fromPath(status.getPath()),
        type,
        visibility,
        status.getLen(),
        status.getModificationTime());
  }
}
