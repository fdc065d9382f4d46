package dev.weft.connectors.hive.orc;

import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStore;
import java.io.FileNotFoundException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * The file store as the file system that the ORC library wants, for reading one file or writing one
 * file. Used by one thread.
 */
public final class StoreFileSystem extends FileSystem {
  private static final URI NAME = URI.create("weft:///");

  private final FileStore files;
  private final FileOutput output;
  private IOException failure;

  private StoreFileSystem(FileStore files, FileOutput output) {
    this.files = files;
    this.output = output;
    setConf(new Configuration(false));
  }

  /** A file system that opens files of a store. */
  public static StoreFileSystem reading(FileStore files) {
    return new StoreFileSystem(files, null);
  }

  /** A file system whose one file is an output that the caller closes. */
  public static StoreFileSystem writing(FileOutput output) {
    return new StoreFileSystem(null, output);
  }

  /** The last failure of the store itself, as opposed to one of what the files hold; or null. */
  public IOException failure() {
    return failure;
  }

  @Override
  public URI getUri() {
    return NAME;
  }

  @Override
  protected void checkPath(Path path) {
    // Paths of every scheme go to the store, which knows them.
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    try {
      return new FSDataInputStream(new StoreInput(files.open(path.toString()), this));
    } catch (IOException e) {
      throw noted(e);
    }
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    try {
      dev.weft.api.fs.FileStatus status =
          files
              .status(path.toString())
              .orElseThrow(() -> new FileNotFoundException(path.toString()));
      return new FileStatus(
          status.length(), status.directory(), 1, 0, status.modifiedMillis(), path);
    } catch (IOException e) {
      throw noted(e);
    }
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return new FSDataOutputStream(new KeptOpen(output), null);
  }

  @Override
  public FSDataOutputStream append(Path path, int bufferSize, Progressable progress) {
    throw new UnsupportedOperationException("append");
  }

  @Override
  public boolean rename(Path from, Path to) {
    throw new UnsupportedOperationException("rename");
  }

  @Override
  public boolean delete(Path path, boolean recursive) {
    throw new UnsupportedOperationException("delete");
  }

  @Override
  public FileStatus[] listStatus(Path path) {
    throw new UnsupportedOperationException("listStatus");
  }

  @Override
  public void setWorkingDirectory(Path path) {
    throw new UnsupportedOperationException("setWorkingDirectory");
  }

  @Override
  public Path getWorkingDirectory() {
    return new Path("/");
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) {
    throw new UnsupportedOperationException("mkdirs");
  }

  IOException noted(IOException e) {
    failure = e;
    return e;
  }

  /** Leaves closing to the file's owner, who makes it durable. */
  private static final class KeptOpen extends FilterOutputStream {
    KeptOpen(FileOutput output) {
      super(output);
    }

    @Override
    public void write(byte[] source, int start, int count) throws IOException {
      out.write(source, start, count);
    }

    @Override
    public void close() {}
  }
}
