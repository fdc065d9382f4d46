package dev.weft.connectors.hdfs;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStatus;
import dev.weft.api.fs.FileStore;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.BlockLocation;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.web.WebHdfsFileSystem;
import org.apache.hadoop.security.AccessControlException;

/**
 * Files on Hadoop's file systems. Keeps one client of its own per scheme and authority, so that
 * nobody else in the process can close it. A call whose reply was lost fails with an {@link
 * IOException} although it may have happened; callers decide by looking.
 *
 * <p>Bytes of a file are on the disks of the data nodes when its output is closed: blocks are
 * synchronised as they end and the last one before the close.
 */
public final class HadoopFileStore implements FileStore {
  private final Configuration configuration;
  private final Map<String, FileSystem> fileSystems = new LinkedHashMap<>();
  private boolean closed;

  /** A store for all file systems that the configuration knows. */
  public HadoopFileStore(Configuration configuration) {
    this.configuration = configuration;
  }

  @Override
  public FileOutput create(String path) throws IOException {
    Path target = new Path(path);
    FileSystem fileSystem = fileSystem(target);
    try {
      FSDataOutputStream stream =
          fileSystem.createNonRecursive(
              target,
              FsPermission.getFileDefault().applyUMask(FsPermission.getUMask(configuration)),
              EnumSet.of(CreateFlag.CREATE, CreateFlag.SYNC_BLOCK),
              configuration.getInt("io.file.buffer.size", 4096),
              fileSystem.getDefaultReplication(target),
              fileSystem.getDefaultBlockSize(target),
              null);
      return new HadoopFileOutput(path, stream, () -> fileSystem.delete(target, false));
    } catch (IOException e) {
      throw HadoopExceptions.translate(e, path);
    }
  }

  @Override
  public FileInput open(String path) throws IOException {
    Path source = new Path(path);
    FileSystem fileSystem = fileSystem(source);
    try {
      org.apache.hadoop.fs.FileStatus status = fileSystem.getFileStatus(source);
      if (status.isDirectory()) {
        throw new java.nio.file.FileSystemException(path, null, "is a directory");
      }
      return new HadoopFileInput(path, fileSystem.open(source), status.getLen());
    } catch (IOException e) {
      throw HadoopExceptions.translate(e, path);
    }
  }

  @Override
  public Optional<FileStatus> status(String path) throws IOException {
    Path hadoopPath = new Path(path);
    try {
      return Optional.of(toStatus(path, fileSystem(hadoopPath).getFileStatus(hadoopPath)));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw HadoopExceptions.translate(e, path);
    }
  }

  @Override
  public List<FileStatus> list(String directory) throws IOException {
    Path parent = new Path(directory);
    FileSystem fileSystem = fileSystem(parent);
    String prefix = directory.endsWith("/") ? directory : directory + "/";
    List<FileStatus> children = new ArrayList<>();
    try {
      Path qualified = fileSystem.makeQualified(parent);
      for (org.apache.hadoop.fs.FileStatus child : fileSystem.listStatus(parent)) {
        // Listing a file yields the file itself; it has no children.
        if (!child.getPath().equals(qualified)) {
          children.add(toStatus(prefix + child.getPath().getName(), child));
        }
      }
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw HadoopExceptions.translate(e, directory);
    }
    children.sort(Comparator.comparing(FileStatus::path));
    return children;
  }

  @Override
  public void createDirectories(String directory) throws IOException {
    Path path = new Path(directory);
    FileSystem fileSystem = fileSystem(path);
    try {
      if (!fileSystem.mkdirs(path)) {
        throw new java.nio.file.FileSystemException(directory, null, "directory was not made");
      }
    } catch (IOException e) {
      throw HadoopExceptions.translate(e, directory);
    }
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Path source = new Path(from);
    Path target = new Path(to);
    FileSystem fileSystem = fileSystem(source);
    try {
      if (fileSystem instanceof DistributedFileSystem hdfs) {
        hdfs.rename(source, target, Options.Rename.NONE);
      } else if (fileSystem instanceof WebHdfsFileSystem webHdfs) {
        webHdfs.rename(source, target, Options.Rename.NONE);
      } else {
        HadoopConfiguration.withPluginLoader(
                () ->
                    FileContext.getFileContext(
                        fileSystem.makeQualified(source).toUri(), configuration))
            .rename(fileSystem.makeQualified(source), target, Options.Rename.NONE);
      }
    } catch (IOException e) {
      throw HadoopExceptions.translateRename(e, from, to);
    }
  }

  @Override
  public boolean delete(String path) throws IOException {
    Path target = new Path(path);
    try {
      return fileSystem(target).delete(target, true);
    } catch (FileNotFoundException e) {
      return false;
    } catch (AccessControlException e) {
      // So HDFS refuses, too, what would lie below a file, where nothing is.
      if (status(path).isEmpty()) {
        return false;
      }
      throw HadoopExceptions.translate(e, path);
    } catch (IOException e) {
      throw HadoopExceptions.translate(e, path);
    }
  }

  /** Only where the file system itself refuses to delete a directory with children. */
  @Override
  public boolean deleteEmptyDirectory(String directory) throws IOException {
    Path target = new Path(directory);
    FileSystem fileSystem = fileSystem(target);
    if (!(fileSystem instanceof DistributedFileSystem || fileSystem instanceof WebHdfsFileSystem)
        || !list(directory).isEmpty()
        || !status(directory).map(FileStatus::directory).orElse(false)) {
      return false;
    }
    try {
      return fileSystem.delete(target, false);
    } catch (FileNotFoundException e) {
      return false;
    } catch (IOException e) {
      if (!list(directory).isEmpty()) {
        return false;
      }
      throw HadoopExceptions.translate(e, directory);
    }
  }

  @Override
  public List<String> hosts(String path, long offset, long length) throws IOException {
    Path file = new Path(path);
    Map<String, Long> bytesByHost = new LinkedHashMap<>();
    try {
      BlockLocation[] blocks = fileSystem(file).getFileBlockLocations(file, offset, length);
      for (BlockLocation block : blocks) {
        long from = Math.max(offset, block.getOffset());
        long to = Math.min(offset + length, block.getOffset() + block.getLength());
        for (String host : block.getHosts()) {
          bytesByHost.merge(host, Math.max(0, to - from), Long::sum);
        }
      }
    } catch (IOException e) {
      throw HadoopExceptions.translate(e, path);
    }
    return bytesByHost.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .map(Map.Entry::getKey)
        .toList();
  }

  @Override
  public void close() throws IOException {
    List<FileSystem> open;
    synchronized (fileSystems) {
      closed = true;
      open = List.copyOf(fileSystems.values());
      fileSystems.clear();
    }
    IOException failure = null;
    for (FileSystem fileSystem : open) {
      try {
        fileSystem.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private FileSystem fileSystem(Path path) throws IOException {
    URI uri = path.toUri();
    if (uri.getScheme() == null) {
      uri = FileSystem.getDefaultUri(configuration);
    }
    String authority = uri.getAuthority();
    if (authority == null && uri.getScheme().equals("hdfs") && !hasDefaultHdfs()) {
      throw new WeftException(
          ErrorCode.USER,
          "The path '"
              + path
              + "' names no name node and there is no default one; write hdfs://host:port"
              + uri.getPath()
              + ", or let HADOOP_CONF_DIR name the directory of core-site.xml");
    }
    String key =
        uri.getScheme().toLowerCase(Locale.ROOT)
            + "://"
            + (authority == null ? "" : authority.toLowerCase(Locale.ROOT));
    URI root = URI.create(key + "/");
    synchronized (fileSystems) {
      if (closed) {
        throw new IOException("the file store is closed: " + path);
      }
      FileSystem fileSystem = fileSystems.get(key);
      if (fileSystem == null) {
        fileSystem =
            HadoopConfiguration.withPluginLoader(() -> FileSystem.newInstance(root, configuration));
        fileSystems.put(key, fileSystem);
      }
      return fileSystem;
    }
  }

  private boolean hasDefaultHdfs() {
    URI byDefault = FileSystem.getDefaultUri(configuration);
    return "hdfs".equals(byDefault.getScheme()) && byDefault.getAuthority() != null;
  }

  private static FileStatus toStatus(String path, org.apache.hadoop.fs.FileStatus status) {
    return new FileStatus(
        path,
        status.isDirectory(),
        status.isDirectory() ? 0 : status.getLen(),
        status.getModificationTime());
  }
}
