package dev.weft.connectors.hdfs.testing;

import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStatus;
import dev.weft.api.fs.FileStore;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A store whose renames or other changes fail when told, before or after they happened. */
public final class FaultyFileStore implements FileStore {
  private final FileStore store;
  private int renamesBeforeFault = Integer.MAX_VALUE;
  private int changesBeforeFault = Integer.MAX_VALUE;
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

  @Override
  public FileOutput create(String path) throws IOException {
    return store.create(path);
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

  @Override
  public List<String> hosts(String path, long offset, long length) throws IOException {
    return store.hosts(path, offset, length);
  }

  @Override
  public void close() throws IOException {
    store.close();
  }
}
