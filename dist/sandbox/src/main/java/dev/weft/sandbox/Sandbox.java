package dev.weft.sandbox;

import dev.weft.sandbox.Ports.Port;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A sandbox in one directory. Its daemons are processes of their own and outlive this object and
 * this JVM, unless {@link #close()} is called. Not for use by several threads; several processes
 * exclude each other by a lock on a file in the directory.
 */
public final class Sandbox implements AutoCloseable {
  private static final Duration READY_PATIENCE = Duration.ofSeconds(120);
  private static final Duration END_PATIENCE = Duration.ofSeconds(10);
  private static final Duration ABANDON_PATIENCE = Duration.ofSeconds(3);
  private static final long PROBE_INTERVAL_MILLIS = 150;

  private final Layout layout;
  private final String classPath;
  private final Consumer<String> progress;

  /**
   * A view of the sandbox in {@code dir}, whether or not it runs.
   *
   * @param classPath what the daemons run on, as {@code java -cp} takes it
   * @param progress gets a short line whenever something happened
   */
  public Sandbox(Path dir, String classPath, Consumer<String> progress) {
    this.layout = new Layout(dir);
    this.classPath = classPath;
    this.progress = progress;
  }

  /** Starts a sandbox on this JVM's own class path, for a caller that has this module's. */
  public static Sandbox start(Path dir) {
    Sandbox sandbox = new Sandbox(dir, System.getProperty("java.class.path"), line -> {});
    sandbox.start();
    return sandbox;
  }

  /** {@code WEFT_SANDBOX_DIR}, or else {@code .weft/sandbox} in the user's home. */
  public static Path defaultDir() {
    String dir = System.getenv("WEFT_SANDBOX_DIR");
    return dir == null || dir.isBlank()
        ? Path.of(System.getProperty("user.home"), ".weft", "sandbox")
        : Path.of(dir);
  }

  /** The command line; see {@link CommandLine}. */
  public static void main(String[] args) {
    System.exit(new CommandLine(System.out, System.err).run(args));
  }

  /**
   * Starts what is not running and returns when all daemons serve. Does nothing to those that run.
   *
   * @return the daemons that were started
   * @throws SandboxException if one does not come up: what this call started is ended again
   */
  public Set<Daemon> start() {
    return start(EnumSet.allOf(Daemon.class));
  }

  /**
   * Starts those of {@code wanted} that are not running and returns when they serve.
   *
   * @return the daemons that were started
   * @throws SandboxException if one does not come up: what this call started is ended again
   */
  public Set<Daemon> start(Set<Daemon> wanted) {
    layout.createDirectories();
    try (FileLock lock = lock()) {
      StateFile state = StateFile.read(layout.stateFile());
      state.daemons().values().removeIf(process -> !process.isAlive());
      Set<Daemon> missing = EnumSet.copyOf(wanted);
      missing.removeAll(state.daemons().keySet());
      if (!missing.isEmpty()) {
        prepare(state, missing);
        launch(state, missing);
      }
      return missing;
    } catch (IOException e) {
      throw new SandboxException("Cannot lock " + layout.lockFile() + ": " + e + ".", e);
    }
  }

  private void prepare(StateFile state, Set<Daemon> missing) {
    if (state.daemons().isEmpty()) {
      // nothing runs: applications of an earlier life must not come back, nor their leavings stay
      Containers.killLeftOver(layout.yarn());
      delete(layout.data().resolve("resourcemanager"));
      delete(layout.yarn());
    }
    choosePorts(state, missing);
    layout.createDirectories();
    new ConfigFiles(layout, state.ports()).write();
    try {
      Files.writeString(
          layout.run().resolve("classpath.args"),
          "-cp \"" + layout.hadoopConf() + ":" + classPath.replace("\\", "\\\\") + "\"\n");
    } catch (IOException e) {
      throw new SandboxException("Cannot write below " + layout.run() + ": " + e + ".", e);
    }
    state.write(layout.stateFile());
  }

  private void choosePorts(StateFile state, Set<Daemon> missing) {
    boolean bound = !state.daemons().isEmpty() || Files.exists(layout.data().resolve("namenode"));
    for (Daemon daemon : missing) {
      for (Port port : daemon.ports()) {
        Integer number = state.ports().get(port);
        // running daemons know the others' ports, and the metastore stores the name node's
        boolean fixed = !state.daemons().isEmpty() || port == Port.NAMENODE_RPC;
        if (bound && fixed && number != null && !Ports.isFree(number)) {
          throw new SandboxException(
              "Port "
                  + number
                  + " of the sandbox's "
                  + daemon.label()
                  + " is held by another process (`ss -ltnp` names it). End that process, or run"
                  + " `weft sandbox stop --purge` and start with new data and new ports.");
        }
      }
    }
    Set<Integer> ours = new java.util.HashSet<>();
    state.daemons().keySet().forEach(d -> d.ports().forEach(p -> ours.add(state.ports().get(p))));
    Map<Port, Integer> chosen =
        Ports.choose(
            state.ports(),
            new SecureRandom(),
            number -> ours.contains(number) || Ports.isFree(number));
    state.ports().putAll(chosen);
  }

  private void launch(StateFile state, Set<Daemon> missing) {
    Map<Daemon, LogTail> tails = new EnumMap<>(Daemon.class);
    boolean ready = false;
    try {
      for (Daemon daemon : missing) {
        tails.put(daemon, new LogTail(layout, daemon));
        state.daemons().put(daemon, launch(daemon, state.ports()));
        state.write(layout.stateFile());
      }
      progress.accept("starting " + missing.size() + " daemons in " + layout.dir());
      awaitReady(state, tails);
      makeDirectories(new Probe(state.ports()));
      ready = true;
    } finally {
      if (!ready) {
        abandon(state, missing);
        state.write(layout.stateFile());
      }
    }
  }

  private static void abandon(StateFile state, Set<Daemon> started) {
    List<DaemonProcess> processes =
        started.stream().map(state.daemons()::remove).filter(Objects::nonNull).toList();
    processes.forEach(process -> process.handle().ifPresent(ProcessHandle::destroy));
    processes.forEach(process -> process.end(ABANDON_PATIENCE));
  }

  private DaemonProcess launch(Daemon daemon, Map<Port, Integer> ports) {
    String javaHome = System.getProperty("java.home");
    List<String> command = new ArrayList<>();
    command.add(javaHome + "/bin/java");
    command.add("-Xmx" + daemon.heapMegabytes() + "m");
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+ExitOnOutOfMemoryError",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "-Djava.net.preferIPv4Stack=true",
            "-Djava.io.tmpdir=" + layout.run().resolve("tmp"),
            "-Dhadoop.log.dir=" + layout.logs(),
            "-Dlog4j.configuration=sandbox-daemon-log4j.properties",
            "-Dweft.sandbox.log=" + layout.log(daemon)));
    command.addAll(daemon.systemProperties(layout, ports));
    command.add("@" + layout.run().resolve("classpath.args"));
    command.add(daemon.mainClass());
    command.addAll(daemon.arguments(layout, ports));
    return DaemonProcess.launch(
        command,
        layout.run(),
        layout.output(daemon),
        Map.of(
            "JAVA_HOME", javaHome,
            "HADOOP_CONF_DIR", layout.hadoopConf().toString(),
            "YARN_CONF_DIR", layout.hadoopConf().toString()));
  }

  private void awaitReady(StateFile state, Map<Daemon, LogTail> tails) {
    Probe probe = new Probe(state.ports());
    Set<Daemon> waiting = EnumSet.copyOf(state.daemons().keySet());
    long start = System.nanoTime();
    while (!waiting.isEmpty()) {
      for (Daemon daemon : List.copyOf(waiting)) {
        if (!state.daemons().get(daemon).isAlive()) {
          throw new SandboxException(
              "The sandbox's " + daemon.label() + " ended while starting. " + tail(tails, daemon));
        }
        if (probe.isReady(daemon)) {
          waiting.remove(daemon);
          if (tails.containsKey(daemon)) {
            progress.accept(
                String.format(
                    "%-15s ready after %4.1f s",
                    daemon.label(), (System.nanoTime() - start) / 1e9));
          }
        }
      }
      if (!waiting.isEmpty()) {
        pauseBefore(start, waiting, tails);
      }
    }
  }

  private void pauseBefore(long start, Set<Daemon> waiting, Map<Daemon, LogTail> tails) {
    if (System.nanoTime() - start > READY_PATIENCE.toNanos()) {
      Daemon first = waiting.iterator().next();
      throw new SandboxException(
          "Not ready after "
              + READY_PATIENCE.toSeconds()
              + " s: "
              + String.join(", ", waiting.stream().map(Daemon::label).toList())
              + ". "
              + tail(tails, first));
    }
    try {
      Thread.sleep(PROBE_INTERVAL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("Interrupted while the sandbox was starting.", e);
    }
  }

  private String tail(Map<Daemon, LogTail> tails, Daemon daemon) {
    LogTail tail = tails.get(daemon);
    return tail == null ? "See " + layout.log(daemon) + "." : tail.describe();
  }

  private static void makeDirectories(Probe probe) {
    String user = System.getProperty("user.name");
    try {
      probe.makeDirectory("/tmp", "1777", user);
      probe.makeDirectory("/user/" + user, "755", user);
      probe.makeDirectory("/user/hive/warehouse", "1777", user);
    } catch (IOException e) {
      throw new SandboxException("Cannot make the first directories in HDFS: " + e + ".", e);
    }
  }

  /**
   * Ends all daemons and the containers that they left.
   *
   * @param purge also deletes data, logs and configuration
   * @return how many daemons were running
   */
  public int stop(boolean purge) {
    if (!Files.isDirectory(layout.dir())) {
      return 0;
    }
    int running = 0;
    try (FileLock lock = lock()) {
      StateFile state = StateFile.read(layout.stateFile());
      for (boolean first : new boolean[] {true, false}) {
        running += end(state, Daemon.wave(first));
      }
      int left = Containers.killLeftOver(layout.yarn());
      if (left > 0) {
        progress.accept("ended " + left + " processes of containers");
      }
      state.daemons().clear();
      if (Files.exists(layout.stateFile())) {
        state.write(layout.stateFile());
      }
    } catch (IOException e) {
      throw new SandboxException("Cannot lock " + layout.lockFile() + ": " + e + ".", e);
    }
    if (purge) {
      purge();
    }
    return running;
  }

  private int end(StateFile state, Set<Daemon> wave) {
    Map<Daemon, DaemonProcess> alive = new EnumMap<>(Daemon.class);
    for (Daemon daemon : wave) {
      DaemonProcess process = state.daemons().get(daemon);
      if (process != null && process.isAlive()) {
        alive.put(daemon, process);
      }
    }
    // ask all at once, then wait for each
    alive.values().forEach(process -> process.handle().ifPresent(ProcessHandle::destroy));
    alive.forEach(
        (daemon, process) -> {
          process.end(END_PATIENCE);
          progress.accept(daemon.label() + " ended");
        });
    return alive.size();
  }

  /** Only what a sandbox makes: the directory may have been somebody's home. */
  private void purge() {
    for (String name : List.of("conf", "data", "logs", "run", "yarn")) {
      delete(layout.dir().resolve(name));
    }
    delete(layout.stateFile());
    delete(layout.lockFile());
    try (Stream<Path> rest = Files.list(layout.dir())) {
      if (rest.findAny().isEmpty()) {
        Files.delete(layout.dir());
      }
    } catch (IOException e) {
      throw new SandboxException("Cannot delete " + layout.dir() + ": " + e + ".", e);
    }
  }

  /** The process of a daemon that was started. */
  public long pid(Daemon daemon) {
    DaemonProcess process = StateFile.read(layout.stateFile()).daemons().get(daemon);
    if (process == null) {
      throw new SandboxException("The sandbox's " + daemon.label() + " was not started.");
    }
    return process.pid();
  }

  /** Kills one daemon with SIGKILL; {@link #start()} brings it back. */
  public void kill(Daemon daemon) {
    DaemonProcess process = StateFile.read(layout.stateFile()).daemons().get(daemon);
    if (process != null) {
      process.kill();
    }
  }

  /** Ends one daemon and starts it again with the same data and ports. */
  public void restart(Daemon daemon) {
    DaemonProcess process = StateFile.read(layout.stateFile()).daemons().get(daemon);
    if (process != null) {
      process.end(END_PATIENCE);
    }
    start();
  }

  /**
   * What one daemon is doing.
   *
   * @param process empty if it does not run
   * @param ready whether it serves
   */
  public record Status(Daemon daemon, Optional<DaemonProcess> process, boolean ready) {}

  /** The state of every daemon, in the order in which they start. */
  public List<Status> status() {
    StateFile state = StateFile.read(layout.stateFile());
    Probe probe = new Probe(state.ports());
    List<Status> all = new ArrayList<>();
    for (Daemon daemon : Daemon.values()) {
      Optional<DaemonProcess> process =
          Optional.ofNullable(state.daemons().get(daemon)).filter(DaemonProcess::isAlive);
      all.add(new Status(daemon, process, process.isPresent() && probe.isReady(daemon)));
    }
    return all;
  }

  public Path dir() {
    return layout.dir();
  }

  public Path hadoopConfDir() {
    return layout.hadoopConf();
  }

  public Path hiveConfDir() {
    return layout.hiveConf();
  }

  /** Holds a {@code config.yaml} that points Weft's high availability to this ZooKeeper. */
  public Path weftConfDir() {
    return layout.weftConf();
  }

  public String zooKeeperQuorum() {
    return address(Port.ZOOKEEPER);
  }

  public String metastoreUri() {
    return "thrift://" + address(Port.METASTORE);
  }

  public String fileSystemUri() {
    return "hdfs://" + address(Port.NAMENODE_RPC);
  }

  public String resourceManagerLink() {
    return "http://" + address(Port.RESOURCEMANAGER_WEB) + "/";
  }

  public String nameNodeLink() {
    return "http://" + address(Port.NAMENODE_WEB) + "/";
  }

  private String address(Port port) {
    Integer number = StateFile.read(layout.stateFile()).ports().get(port);
    if (number == null) {
      throw new SandboxException(
          "There is no sandbox in " + layout.dir() + "; run `weft sandbox start`.");
    }
    return Ports.HOST + ":" + number;
  }

  /** Ends all daemons; their data stays. */
  @Override
  public void close() {
    stop(false);
  }

  private FileLock lock() throws IOException {
    FileChannel channel =
        FileChannel.open(layout.lockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // held by another thread of this JVM: the same answer as for another process
    }
    if (lock == null) {
      channel.close();
      throw new SandboxException(
          "Another start or stop of the sandbox in " + layout.dir() + " is at work; wait for it.");
    }
    return lock;
  }

  private static void delete(Path root) {
    if (!Files.exists(root, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new SandboxException("Cannot delete " + root + ": " + e + ".", e);
    }
  }
}
