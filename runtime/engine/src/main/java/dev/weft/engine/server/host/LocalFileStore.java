package dev.weft.engine.server.host;

import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStatus;
import dev.weft.api.fs.FileStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The files of this machine, for {@code file:} and plain paths. A closed file is on disk together
 * with its name, as far as the operating system tells the truth.
 */
public final class LocalFileStore implements FileStore {
  private static final String SCHEME = "file:";
  private static final int CREATE_ATTEMPTS_MAX = 1_000;

  /** Moves of directories within this process exclude each other; see {@link #rename}. */
  private final Object renameLock = new Object();

  /** Memory for an output that writes past the operating system's cache. */
  private final AtomicReference<ByteBuffer> spare = new AtomicReference<>();

  @Override
  public FileOutput create(String path) throws IOException {
    return create(local(path), true);
  }

  @Override
  public FileOutput createTemporary(String path) throws IOException {
    return create(local(path), false);
  }

  private FileOutput create(Path file, boolean durable) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
    return new LocalFileOutput(file, channel, durable, spare);
  }

  @Override
  public FileInput open(String path) throws IOException {
    Path file = local(path);
    if (Files.isDirectory(file)) {
      throw new NoSuchFileException(path, null, "it is a directory");
    }
    return new LocalFileInput(FileChannel.open(file, StandardOpenOption.READ));
  }

  @Override
  public Optional<FileStatus> status(String path) throws IOException {
    return status(local(path), path);
  }

  private static Optional<FileStatus> status(Path file, String path) throws IOException {
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(file, BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (FileSystemException e) {
      if (isBelowFile(file)) {
        return Optional.empty();
      }
      throw e;
    }
    boolean directory = attributes.isDirectory();
    return Optional.of(
        new FileStatus(
            path,
            directory,
            directory ? 0 : attributes.size(),
            attributes.lastModifiedTime().toMillis()));
  }

  private static boolean isBelowFile(Path path) {
    Path above = path.getParent();
    while (above != null && !Files.exists(above)) {
      above = above.getParent();
    }
    return above != null && !Files.isDirectory(above);
  }

  @Override
  public List<FileStatus> list(String directory) throws IOException {
    String prefix = directory.endsWith("/") ? directory : directory + "/";
    List<FileStatus> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(local(directory))) {
      for (Path child : stream) {
        // A child that is gone meanwhile was not there.
        status(child, prefix + child.getFileName()).ifPresent(children::add);
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
    children.sort(Comparator.comparing(FileStatus::path));
    return children;
  }

  @Override
  public void createDirectories(String directory) throws IOException {
    Path path = local(directory);
    if (Files.isDirectory(path)) {
      return;
    }
    Path existing = path.getParent();
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    createDirectories(path);
    for (Path at = path.getParent(); at != null; at = at.getParent()) {
      syncDirectory(at);
      if (at.equals(existing)) {
        return;
      }
    }
  }

  /** Begins again when somebody deletes a parent, because it is empty, between two steps. */
  private static void createDirectories(Path path) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        Files.createDirectories(path);
        return;
      } catch (NoSuchFileException e) {
        if (attempt == CREATE_ATTEMPTS_MAX) {
          throw e;
        }
      }
    }
  }

  /**
   * Java offers no rename that refuses to overwrite. A file therefore gets its new name by a hard
   * link, which fails when the name is taken, and loses the old one afterwards: a crash in between
   * leaves both names of one file. For directories and file systems without hard links the check
   * and the move are only atomic within this process.
   */
  @Override
  public void rename(String from, String to) throws IOException {
    Path source = local(from);
    Path target = local(to);
    synchronized (renameLock) {
      if (!Files.exists(source, LinkOption.NOFOLLOW_LINKS)) {
        throw new NoSuchFileException(from);
      }
      if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileAlreadyExistsException(to);
      }
      Path parent = target.getParent();
      if (parent == null || !Files.isDirectory(parent)) {
        throw new NoSuchFileException(to, null, "its directory does not exist");
      }
      if (!Files.isRegularFile(source, LinkOption.NOFOLLOW_LINKS) || !link(source, target)) {
        Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
      }
    }
    syncDirectory(target.getParent());
    if (!target.getParent().equals(source.getParent())) {
      syncDirectory(source.getParent());
    }
  }

  private static boolean link(Path source, Path target) throws IOException {
    try {
      Files.createLink(target, source);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
    // The directory may have been moved since; the move has happened all the same.
    Files.deleteIfExists(source);
    return true;
  }

  @Override
  public boolean delete(String path) throws IOException {
    Path root = local(path);
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try {
      Files.walkFileTree(root, new DeletingVisitor());
    } catch (NoSuchFileException e) {
      // Somebody else deletes the same tree; what is left is gone at the next attempt.
      if (Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
        throw e;
      }
    }
    return true;
  }

  @Override
  public boolean deleteEmptyDirectory(String directory) throws IOException {
    Path path = local(directory);
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try {
      return Files.deleteIfExists(path);
    } catch (DirectoryNotEmptyException e) {
      return false;
    }
  }

  @Override
  public void close() {}

  /**
   * The file of a path, with or without a scheme.
   *
   * @param path an authority in it must be empty or this machine
   * @throws IOException when it is not one of this machine
   */
  public static Path local(String path) throws IOException {
    String plain = path;
    if (path.startsWith(SCHEME)) {
      plain = path.substring(SCHEME.length());
      if (plain.startsWith("//")) {
        int slash = plain.indexOf('/', 2);
        String authority = slash < 0 ? plain.substring(2) : plain.substring(2, slash);
        if (slash < 0 || !authority.isEmpty() && !authority.equals("localhost")) {
          throw new IOException(
              "The path '" + path + "' names a host; write file:///absolute/path");
        }
        plain = plain.substring(slash);
      }
    }
    if (!plain.startsWith("/")) {
      throw new IOException("The path '" + path + "' is not absolute");
    }
    return Path.of(plain);
  }

  static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static final class DeletingVisitor extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.deleteIfExists(directory);
      return FileVisitResult.CONTINUE;
    }
  }

  private static final class LocalFileInput extends FileInput {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final FileChannel channel;
    private final long length;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);

    LocalFileInput(FileChannel channel) throws IOException {
      this.channel = channel;
      this.length = channel.size();
    }

    @Override
    public long length() {
      return length;
    }

    @Override
    public long position() throws IOException {
      return channel.position() - buffer.remaining();
    }

    @Override
    public void seek(long offset) throws IOException {
      if (offset < 0 || offset > length) {
        throw new IOException("offset " + offset + " is not within 0 and " + length);
      }
      long first = channel.position() - buffer.limit();
      if (offset >= first && offset <= first + buffer.limit()) {
        buffer.position((int) (offset - first));
      } else {
        buffer.limit(0);
        channel.position(offset);
      }
    }

    @Override
    public int read() throws IOException {
      return buffer.hasRemaining() || fill() ? buffer.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
      if (count == 0) {
        return 0;
      }
      if (!buffer.hasRemaining()) {
        if (count >= BUFFER_BYTES) {
          buffer.limit(0);
          return channel.read(ByteBuffer.wrap(target, offset, count));
        }
        if (!fill()) {
          return -1;
        }
      }
      int read = Math.min(count, buffer.remaining());
      buffer.get(target, offset, read);
      return read;
    }

    @Override
    public int available() {
      return buffer.remaining();
    }

    private boolean fill() throws IOException {
      buffer.clear();
      int read = channel.read(buffer);
      buffer.flip();
      return read > 0;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
