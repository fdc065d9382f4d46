package dev.weft.engine.simulated;

import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStatus;
import dev.weft.api.fs.FileStore;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/**
 * The files that all simulated processes share. A file's content appears when it is closed; a
 * process that dies leaves a torn file behind.
 */
public final class SimulatedFiles {
  /** A scheme with an authority or without. */
  private static final Pattern SCHEME = Pattern.compile("^[a-z]+:(//[^/]*)?");

  private final SimulatedCluster cluster;
  private final TreeMap<String, Node> nodes = new TreeMap<>();
  private final List<BiConsumer<String, String>> watchers = new ArrayList<>();
  private String refusal;
  private boolean full;

  SimulatedFiles(SimulatedCluster cluster) {
    this.cluster = cluster;
    nodes.put("/", Node.directory(0));
  }

  /** A file or directory; {@code bytes} is null for a directory. */
  private record Node(byte[] bytes, long modifiedMillis, SimulatedWorld writer) {
    static Node directory(long millis) {
      return new Node(null, millis, null);
    }

    boolean isDirectory() {
      return bytes == null;
    }
  }

  /** Tells of every change: what happened (create, close, rename, delete) and the path. */
  public void watch(BiConsumer<String, String> watcher) {
    watchers.add(watcher);
  }

  private void changed(SimulatedWorld process, String what, String path) {
    cluster.note(process == null ? "files" : process.name(), what + " " + path);
    watchers.forEach(watcher -> watcher.accept(what, path));
  }

  /**
   * Refuses every change, as a file system in safe mode does.
   *
   * @param why null to take changes again
   */
  public void refuseChanges(String why) {
    cluster.note("files", why == null ? "take changes again" : "refuse changes: " + why);
    refusal = why;
  }

  /** Whether there is no room for new files. */
  public void full(boolean noRoom) {
    cluster.note("files", noRoom ? "full" : "not full any more");
    full = noRoom;
  }

  /** The bytes of a file, or null; for checks, without faults. */
  public byte[] read(String path) {
    Node node = nodes.get(normalise(path));
    return node == null ? null : node.bytes();
  }

  /** All paths below a directory, for checks. */
  public List<String> paths(String directory) {
    String prefix = normalise(directory) + "/";
    return nodes.subMap(prefix, prefix + '\uffff').entrySet().stream()
        .filter(entry -> !entry.getValue().isDirectory())
        .map(java.util.Map.Entry::getKey)
        .toList();
  }

  /** Whether there is a file or directory, for checks, without faults. */
  public boolean exists(String path) {
    return nodes.containsKey(normalise(path));
  }

  /** A directory is gone with all in it, as a disk is; nobody is told. */
  public void lose(String directory) {
    cluster.note("files", "FAULT lost " + directory);
    nodes.keySet().removeAll(paths(directory));
  }

  /** What a disk does to a file. */
  public enum Damage {
    /** A bit is another one. */
    FLIPPED,
    /** The end is gone. */
    TORN,
    /** The file is gone. */
    MISSING
  }

  /** Damages a file that is not empty; nobody is told. */
  public void damage(String path, Damage damage, SplittableRandom random) {
    byte[] bytes = read(path).clone();
    cluster.note("files", "FAULT " + damage + " " + path);
    switch (damage) {
      case FLIPPED -> {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        overwrite(path, bytes);
      }
      case TORN -> overwrite(path, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
      case MISSING -> nodes.remove(normalise(path));
    }
  }

  /** Replaces the content of a file, for damaging it. */
  public void overwrite(String path, byte[] bytes) {
    nodes.put(normalise(path), new Node(bytes, cluster.wallMillis(), null));
  }

  /** Whether a file is still being written. */
  public boolean isOpen(String path) {
    Node node = nodes.get(normalise(path));
    return node != null && node.writer() != null;
  }

  void processDied(SimulatedWorld process) {
    nodes.replaceAll(
        (path, node) ->
            node.writer() == process ? new Node(node.bytes(), node.modifiedMillis(), null) : node);
  }

  private static String normalise(String path) {
    String plain = path.startsWith("/") ? path : SCHEME.matcher(path).replaceFirst("");
    return plain.length() > 1 && plain.endsWith("/")
        ? plain.substring(0, plain.length() - 1)
        : plain;
  }

  private static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "/" : path.substring(0, slash);
  }

  FileStore view(SimulatedWorld process) {
    return new View(process);
  }

  /** The store as one process sees it. */
  private final class View implements FileStore {
    private final SimulatedWorld process;

    View(SimulatedWorld process) {
      this.process = process;
    }

    private void mayFail(String what, String path) throws IOException {
      if (cluster.chance("FILE_CALL_FAILS", cluster.faults().fileFails())) {
        cluster.note(process.name(), "FAULT " + what + " fails: " + path);
        throw new IOException("simulated: " + what + " of " + path + " failed");
      }
    }

    private void refuseChange(String what, String path) throws IOException {
      if (refusal != null) {
        cluster.note(process.name(), "FAULT " + what + " refused: " + path + ": " + refusal);
        throw new IOException("simulated: " + what + " of " + path + " refused: " + refusal);
      }
    }

    private void refuseNew(String what, String path) throws IOException {
      refuseChange(what, path);
      if (full) {
        cluster.note(process.name(), "FAULT " + what + " refused: " + path + ": quota");
        throw new IOException("simulated: " + what + " of " + path + " exceeds the quota");
      }
    }

    private void mayLoseReply(String what, String path) throws IOException {
      if (cluster.chance("FILE_REPLY_LOST", cluster.faults().fileReplyLost())) {
        cluster.note(process.name(), "FAULT reply lost of " + what + ": " + path);
        throw new IOException("simulated: the reply to " + what + " of " + path + " was lost");
      }
    }

    private void requireParent(String path) throws NoSuchFileException {
      Node node = nodes.get(parent(path));
      if (node == null || !node.isDirectory()) {
        throw new NoSuchFileException(path, null, "the parent directory does not exist");
      }
    }

    @Override
    public FileOutput create(String rawPath) throws IOException {
      String path = normalise(rawPath);
      mayFail("create", path);
      refuseNew("create", path);
      if (nodes.containsKey(path)) {
        throw new FileAlreadyExistsException(path);
      }
      requireParent(path);
      nodes.put(path, new Node(new byte[0], cluster.wallMillis(), process));
      changed(process, "create", path);
      mayLoseReply("create", path);
      return new Output(path);
    }

    @Override
    public FileInput open(String rawPath) throws IOException {
      String path = normalise(rawPath);
      mayFail("open", path);
      Node node = nodes.get(path);
      if (node == null) {
        throw new NoSuchFileException(path);
      }
      if (node.isDirectory()) {
        throw new FileNotFoundException(path + " is a directory");
      }
      return new Input(node.bytes());
    }

    @Override
    public Optional<FileStatus> status(String rawPath) throws IOException {
      mayFail("status", rawPath);
      Node node = nodes.get(normalise(rawPath));
      return node == null ? Optional.empty() : Optional.of(statusOf(rawPath, node));
    }

    private FileStatus statusOf(String path, Node node) {
      return new FileStatus(
          path,
          node.isDirectory(),
          node.isDirectory() ? 0 : node.bytes().length,
          node.modifiedMillis());
    }

    @Override
    public List<FileStatus> list(String rawDirectory) throws IOException {
      mayFail("list", rawDirectory);
      String directory = normalise(rawDirectory);
      String prefix = directory.equals("/") ? "/" : directory + "/";
      List<FileStatus> children = new ArrayList<>();
      for (var entry : nodes.subMap(prefix, false, prefix + '\uffff', false).entrySet()) {
        String name = entry.getKey().substring(prefix.length());
        if (name.indexOf('/') < 0) {
          String full = rawDirectory + (rawDirectory.endsWith("/") ? "" : "/") + name;
          children.add(statusOf(full, entry.getValue()));
        }
      }
      return children;
    }

    @Override
    public void createDirectories(String rawDirectory) throws IOException {
      String directory = normalise(rawDirectory);
      mayFail("mkdirs", directory);
      refuseNew("mkdirs", directory);
      String existing = directory;
      while (!nodes.containsKey(existing)) {
        existing = parent(existing);
      }
      if (!nodes.get(existing).isDirectory()) {
        throw new FileAlreadyExistsException(existing, null, "it is a file");
      }
      for (String path = directory; !path.equals(existing); path = parent(path)) {
        nodes.put(path, Node.directory(cluster.wallMillis()));
      }
      mayLoseReply("mkdirs", directory);
    }

    @Override
    public void rename(String rawFrom, String rawTo) throws IOException {
      String from = normalise(rawFrom);
      String to = normalise(rawTo);
      mayFail("rename", from);
      refuseChange("rename", from);
      Node node = nodes.get(from);
      if (node == null) {
        throw new NoSuchFileException(from);
      }
      if (nodes.containsKey(to)) {
        throw new FileAlreadyExistsException(to);
      }
      requireParent(to);
      if (to.startsWith(from + "/")) {
        throw new IOException(from + " can not be moved below itself, to " + to);
      }
      nodes.remove(from);
      nodes.put(to, node);
      var below = new TreeMap<>(nodes.subMap(from + "/", from + "/\uffff"));
      below.forEach(
          (path, child) -> {
            nodes.remove(path);
            nodes.put(to + path.substring(from.length()), child);
          });
      changed(process, "rename", from + " -> " + to);
      mayLoseReply("rename", from);
    }

    @Override
    public boolean delete(String rawPath) throws IOException {
      String path = normalise(rawPath);
      mayFail("delete", path);
      refuseChange("delete", path);
      boolean there = nodes.remove(path) != null;
      List<String> below = new ArrayList<>(nodes.subMap(path + "/", path + "/\uffff").keySet());
      below.forEach(nodes::remove);
      if (there || !below.isEmpty()) {
        changed(process, "delete", path);
      }
      mayLoseReply("delete", path);
      return there;
    }

    @Override
    public boolean deleteEmptyDirectory(String rawPath) throws IOException {
      String path = normalise(rawPath);
      mayFail("rmdir", path);
      refuseChange("rmdir", path);
      Node node = nodes.get(path);
      boolean empty =
          node != null
              && node.isDirectory()
              && nodes.subMap(path + "/", path + "/\uffff").isEmpty();
      if (empty) {
        nodes.remove(path);
      }
      mayLoseReply("rmdir", path);
      return empty;
    }

    @Override
    public void close() {}

    /** A file being written; a crash leaves what was flushed so far, here nothing or a part. */
    private final class Output extends FileOutput {
      private final String path;
      private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      private boolean closed;
      private boolean ended;

      Output(String path) {
        this.path = path;
      }

      @Override
      public void write(int value) {
        bytes.write(value);
      }

      @Override
      public void write(byte[] source, int start, int length) {
        bytes.write(source, start, length);
      }

      @Override
      public long position() {
        return bytes.size();
      }

      @Override
      public void close() throws IOException {
        if (closed) {
          return;
        }
        closed = true;
        try {
          mayFail("close", path);
          refuseChange("close", path);
          if (cluster.chance("FILE_TORN", cluster.faults().fileFails())) {
            throw new IOException("simulated: " + path + " was only written in part");
          }
        } catch (IOException e) {
          int torn = bytes.size() == 0 ? 0 : cluster.random().nextInt(bytes.size());
          finish(Arrays.copyOf(bytes.toByteArray(), torn));
          throw e;
        }
        finish(bytes.toByteArray());
        mayLoseReply("close", path);
        ended = true;
      }

      private void finish(byte[] content) {
        Node node = nodes.get(path);
        if (node != null && node.writer() == process) {
          nodes.put(path, new Node(content, cluster.wallMillis(), null));
          changed(process, "close", path);
        }
      }

      @Override
      public void abort() {
        if (ended) {
          return;
        }
        closed = true;
        ended = true;
        // Whatever is there by now, as a real file system knows the name only.
        if (nodes.remove(path) != null) {
          changed(process, "delete", path);
        }
      }
    }
  }

  /** An open file. */
  private static final class Input extends FileInput {
    private final byte[] bytes;
    private int position;

    Input(byte[] bytes) {
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
    public void seek(long offset) throws IOException {
      if (offset < 0 || offset > bytes.length) {
        throw new java.io.EOFException("no offset " + offset + " in " + bytes.length + " bytes");
      }
      position = (int) offset;
    }

    @Override
    public int read() {
      return position < bytes.length ? bytes[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int start, int length) {
      if (position >= bytes.length) {
        return length == 0 ? 0 : -1;
      }
      int count = Math.min(length, bytes.length - position);
      System.arraycopy(bytes, position, target, start, count);
      position += count;
      return count;
    }
  }
}
