package dev.weft.engine.server.host;

import dev.weft.api.config.Configuration;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStatus;
import dev.weft.api.fs.FileStore;
import dev.weft.api.fs.FileStoreFactory;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All file systems of a process by scheme: the machine's own, and what plugins offer, each opened
 * when it is first used.
 */
public final class RoutingFileStore implements FileStore {
  private static final String FILE = "file";

  private final Configuration configuration;
  private final String defaultScheme;
  private final FileStore local = new LocalFileStore();
  private final Map<String, FileStoreFactory> factories = new TreeMap<>();
  private final Map<FileStoreFactory, FileStore> opened = new LinkedHashMap<>();

  /**
   * Routes to the given factories.
   *
   * @param defaultScheme for paths without a scheme, such as {@code file} or {@code hdfs}
   */
  public RoutingFileStore(
      Configuration configuration, String defaultScheme, Iterable<FileStoreFactory> plugins) {
    this.configuration = configuration;
    this.defaultScheme = defaultScheme;
    for (FileStoreFactory factory : plugins) {
      for (String scheme : factory.schemes()) {
        factories.putIfAbsent(scheme, factory);
      }
    }
  }

  private FileStore storeOf(String path) throws IOException {
    String scheme = schemeOf(path);
    if (scheme.equals(FILE)) {
      return local;
    }
    FileStoreFactory factory = factories.get(scheme);
    if (factory == null) {
      throw new WeftException(
          ErrorCode.USER,
          "No plugin serves the scheme '"
              + scheme
              + "' of the path "
              + path
              + "; known are file and "
              + factories.keySet()
              + ". Is the plugin in plugins/?");
    }
    synchronized (opened) {
      FileStore store = opened.get(factory);
      if (store == null) {
        store = factory.open(configuration);
        opened.put(factory, store);
      }
      return store;
    }
  }

  private String schemeOf(String path) {
    int colon = path.indexOf(':');
    int slash = path.indexOf('/');
    if (colon <= 0 || slash >= 0 && slash < colon) {
      return defaultScheme;
    }
    return path.substring(0, colon).toLowerCase(Locale.ROOT);
  }

  /** Whether a path is in the file system of this machine. */
  public boolean isLocal(String path) {
    return schemeOf(path).equals(FILE);
  }

  @Override
  public FileOutput create(String path) throws IOException {
    return storeOf(path).create(path);
  }

  @Override
  public FileOutput createTemporary(String path) throws IOException {
    return storeOf(path).createTemporary(path);
  }

  @Override
  public FileInput open(String path) throws IOException {
    return storeOf(path).open(path);
  }

  @Override
  public Optional<FileStatus> status(String path) throws IOException {
    return storeOf(path).status(path);
  }

  @Override
  public List<FileStatus> list(String directory) throws IOException {
    return storeOf(directory).list(directory);
  }

  @Override
  public void createDirectories(String directory) throws IOException {
    storeOf(directory).createDirectories(directory);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    FileStore store = storeOf(from);
    if (storeOf(to) != store) {
      throw new IOException(from + " can not be moved to another file system: " + to);
    }
    store.rename(from, to);
  }

  @Override
  public boolean delete(String path) throws IOException {
    return storeOf(path).delete(path);
  }

  @Override
  public boolean deleteEmptyDirectory(String directory) throws IOException {
    return storeOf(directory).deleteEmptyDirectory(directory);
  }

  @Override
  public List<String> hosts(String path, long offset, long length) throws IOException {
    return storeOf(path).hosts(path, offset, length);
  }

  @Override
  public void close() throws IOException {
    synchronized (opened) {
      for (FileStore store : opened.values()) {
        store.close();
      }
      opened.clear();
    }
  }
}
