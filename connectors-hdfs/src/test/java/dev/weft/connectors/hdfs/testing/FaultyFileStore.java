package dev.weft.connectors.hdfs.testing;

import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStatus;
import dev.weft.api.fs.FileStore;
import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A store of local files whose renames, other changes or ends of files fail when told, before or
 * after they happened.
 */
public final class FaultyFileStore implements FileStore {
  private final FileStore store;
  private int renamesBeforeFault = Integer.MAX_VALUE;
  private int changesBeforeFault = Integer.MAX_VALUE;
  private int closesBeforeFault = Integer.MAX_VALUE;
  private boolean replyLost;

  /** Passes calls on to a store. */
  public FaultyFileStore(FileStore store) {
    this.store = store;
  }

  /**
   * Lets some renames succeed, then one fail.
   *
   * @param happens whether the failing rename happens nevertheless
   */
  public void failRenameAfter(int successes, boolean happens) {
    renamesBeforeFault = successes;
    replyLost = happens;
  }

  /**
   * Lets some renames and deletions succeed, then one fail.
   *
   * @param happens whether the failing change happens nevertheless
   */
  public void failChangeAfter(int successes, boolean happens) {
    changesBeforeFault = successes;
    replyLost = happens;
  }

  /** Lets some files be ended, then the end of one fail. */
  public void failCloseAfter(int successes) {
    closesBeforeFault = successes;
  }

  @Override
  public FileOutput create(String path) throws IOException {
    return new Output(path, store.create(path));
  }

  private final class Output extends FileOutput {
    private final String path;
    private final FileOutput target;

    Output(String path, FileOutput target) {
      this.path = path;
      this.target = target;
    }

    @Override
    public long position() {
      return target.position();
    }

    @Override
    public void write(int value) throws IOException {
      target.write(value);
    }

    @Override
    public void write(byte[] source, int start, int count) throws IOException {
      target.write(source, start, count);
    }

    @Override
    public void flush() throws IOException {
      target.flush();
    }

    @Override
    public void close() throws IOException {
      if (closesBeforeFault-- == 0) {
        throw new IOException("connection lost during the end of " + path);
      }
      target.close();
    }

    @Override
    public void abort() {
      target.abort();
    }
  }

  @Override
  public FileInput open(String path) throws IOException {
    return store.open(path);
  }

  @Override
  public Optional<FileStatus> status(String path) throws IOException {
    return store.status(path);
  }

  @Override
  public List<FileStatus> list(String directory) throws IOException {
    return store.list(directory);
  }

  @Override
  public void createDirectories(String directory) throws IOException {
    store.createDirectories(directory);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    boolean fails = renamesBeforeFault-- == 0 | changesBeforeFault-- == 0;
    if (!fails || replyLost) {
      store.rename(from, to);
    }
    if (fails) {
      throw new IOException("connection lost during rename of " + from);
    }
  }

  @Override
  public boolean delete(String path) throws IOException {
    boolean fails = changesBeforeFault-- == 0;
    boolean deleted = (!fails || replyLost) && store.delete(path);
    if (fails) {
      throw new IOException("connection lost during deletion of " + path);
    }
    return deleted;
  }

  /** As a name node does it, which Hadoop's store of local files does not. */
  @Override
  public boolean deleteEmptyDirectory(String directory) throws IOException {
    boolean fails = changesBeforeFault-- == 0;
    File file = new File(directory);
    boolean deleted = (!fails || replyLost) && file.isDirectory() && file.delete();
    if (fails) {
      throw new IOException("connection lost during deletion of " + directory);
    }
    return deleted;
  }

  @Override
  public List<String> hosts(String path, long offset, long length) throws IOException {
    return store.hosts(path, offset, length);
  }

  @Override
  public void close() throws IOException {
    store.close();
  }
}
