package dev.weft.testing;

import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStatus;
import dev.weft.api.fs.FileStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Files in memory. Directories need not be made. Thread-safe. */
final class MemoryFiles implements FileStore {
  private static final byte[] DIRECTORY = {};

  private final Map<String, byte[]> files = new TreeMap<>();

  @Override
  public synchronized FileOutput create(String path) throws IOException {
    if (files.containsKey(path)) {
      throw new FileAlreadyExistsException(path);
    }
    return new Writing(path);
  }

  private synchronized void put(String path, byte[] bytes) throws IOException {
    if (files.putIfAbsent(path, bytes) != null) {
      throw new FileAlreadyExistsException(path);
    }
  }

  @Override
  public synchronized FileInput open(String path) throws IOException {
    byte[] bytes = files.get(path);
    if (bytes == null || bytes == DIRECTORY) {
      throw new NoSuchFileException(path);
    }
    return new Reading(bytes);
  }

  @Override
  public synchronized Optional<FileStatus> status(String path) {
    byte[] bytes = files.get(path);
    if (bytes != null) {
      return Optional.of(new FileStatus(path, bytes == DIRECTORY, bytes.length, 0));
    }
    return below(path).isEmpty() ? Optional.empty() : Optional.of(new FileStatus(path, true, 0, 0));
  }

  @Override
  public synchronized List<FileStatus> list(String directory) {
    String prefix = directory.endsWith("/") ? directory : directory + "/";
    Map<String, FileStatus> children = new TreeMap<>();
    for (String path : below(directory)) {
      int end = path.indexOf('/', prefix.length());
      String child = end < 0 ? path : path.substring(0, end);
      status(child).ifPresent(found -> children.put(child, found));
    }
    return new ArrayList<>(children.values());
  }

  @Override
  public synchronized void createDirectories(String directory) {
    files.putIfAbsent(directory, DIRECTORY);
  }

  @Override
  public synchronized void rename(String from, String to) throws IOException {
    if (status(to).isPresent()) {
      throw new FileAlreadyExistsException(to);
    }
    if (status(from).isEmpty()) {
      throw new NoSuchFileException(from);
    }
    for (String path : below(from)) {
      files.put(to + path.substring(from.length()), files.remove(path));
    }
    byte[] bytes = files.remove(from);
    if (bytes != null) {
      files.put(to, bytes);
    }
  }

  @Override
  public synchronized boolean delete(String path) {
    List<String> below = below(path);
    boolean any = files.remove(path) != null || !below.isEmpty();
    below.forEach(files::remove);
    return any;
  }

  @Override
  public synchronized boolean deleteEmptyDirectory(String directory) {
    return below(directory).isEmpty() && files.remove(directory, DIRECTORY);
  }

  private List<String> below(String directory) {
    String prefix = directory.endsWith("/") ? directory : directory + "/";
    return files.keySet().stream().filter(path -> path.startsWith(prefix)).toList();
  }

  @Override
  public void close() {}

  /** A file that nobody sees before it is closed. */
  private final class Writing extends FileOutput {
    private final String path;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean ended;

    Writing(String path) {
      this.path = path;
    }

    @Override
    public void write(int b) {
      bytes.write(b);
    }

    @Override
    public void write(byte[] source, int offset, int length) {
      bytes.write(source, offset, length);
    }

    @Override
    public long position() {
      return bytes.size();
    }

    @Override
    public void close() throws IOException {
      if (!ended) {
        ended = true;
        put(path, bytes.toByteArray());
      }
    }

    @Override
    public void abort() {
      ended = true;
    }
  }

  /** An open file. */
  private static final class Reading extends FileInput {
    private final byte[] bytes;
    private int position;

    Reading(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public long length() {
      return bytes.length;
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public void seek(long offset) {
      position = Math.toIntExact(offset);
    }

    @Override
    public int read() {
      return position == bytes.length ? -1 : bytes[position++] & 0xff;
    }

    @Override
    public int read(byte[] target, int start, int length) {
      int count = Math.min(length, bytes.length - position);
      if (count <= 0) {
        return length == 0 ? 0 : -1;
      }
      System.arraycopy(bytes, position, target, start, count);
      position += count;
      return count;
    }
  }
}
