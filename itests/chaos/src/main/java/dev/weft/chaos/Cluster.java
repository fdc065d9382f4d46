package dev.weft.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.sandbox.Daemon;
import dev.weft.sandbox.Sandbox;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * HDFS, ZooKeeper, a JobManager and TaskManagers as processes, and the job on them. JobManagers
 * announce one loopback address and listen on another, TaskManagers too; in between are proxies.
 */
final class Cluster implements AutoCloseable {
  static final int PARALLELISM = 2;
  static final long ACCOUNTS = 500;
  private static final Set<Daemon> DAEMONS =
      EnumSet.of(Daemon.NAMENODE, Daemon.DATANODE, Daemon.ZOOKEEPER);

  /**
   * Longer than the JobManager waits for a task that does not end, which is the longest silence.
   */
  private static final Duration STANDSTILL_MAX = Duration.ofSeconds(90);

  private static final Duration PATIENCE = Duration.ofMinutes(8);
  private static final long LOOK_MILLIS = 20;
  private static final String BOUND = "127.0.0.1";
  private static final String OUTPUT = "/out";
  private static final String NAME_NODE_ANNOUNCED = "127.0.3.100";

  private static final String FIRST = "jobmanager-1";
  private static final String SECOND = "jobmanager-2";

  /** The proxy between the cluster and the name node. */
  static final String NAME_NODE = "namenode";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path home;
  private final Path work;
  private final Sandbox sandbox;
  private final FileSystem files;
  private final Signs signs;
  private final Map<String, Child> children = new TreeMap<>();
  private final Map<String, Proxy> proxies = new LinkedHashMap<>();
  private final Map<String, String> options = new TreeMap<>();
  private final HttpClient http = HttpClient.newBuilder().build();
  private final String storage;
  private final Path localDirectory;
  private final int basePort;
  private int lastTaskManager;
  private String asked = FIRST;
  private String job;

  /**
   * Starts everything but the job.
   *
   * @param home the distribution
   * @param work an empty directory
   * @param more options of the cluster over the usual ones
   */
  Cluster(Path home, Path work, Map<String, String> more) throws IOException {
    this.home = home;
    this.work = work;
    this.sandbox =
        new Sandbox(work.resolve("sandbox"), System.getProperty("java.class.path"), line -> {});
    this.signs = new Signs(Files.createDirectories(work.resolve("signs")), PARALLELISM);
    this.basePort = 21_000 + (int) (ProcessHandle.current().pid() % 200) * 20;
    sandbox.start(DAEMONS);
    Configuration hadoop = new Configuration();
    hadoop.set("fs.defaultFS", sandbox.fileSystemUri());
    hadoop.setInt("ipc.client.connect.timeout", 2_000);
    hadoop.setInt("ipc.client.rpc-timeout.ms", 5_000);
    hadoop.setInt("ipc.client.connect.max.retries", 1);
    this.files = FileSystem.newInstance(hadoop);
    int nameNodePort = URI.create(sandbox.fileSystemUri()).getPort();
    proxy(NAME_NODE, NAME_NODE_ANNOUNCED, nameNodePort);
    this.storage = "hdfs://" + NAME_NODE_ANNOUNCED + ":" + nameNodePort;
    this.localDirectory = Files.createDirectories(work.resolve("tmp"));
    options.putAll(usual());
    options.putAll(more);
    Path conf = Files.createDirectories(work.resolve("conf"));
    StringBuilder text = new StringBuilder();
    options.forEach((key, value) -> text.append(key + ": \"" + value + "\"\n"));
    Files.writeString(conf.resolve("config.yaml"), text);
    Files.createDirectories(work.resolve("logs"));
    jobManager("jobmanager-1");
    await("the JobManager leads", () -> now(() -> rest("/overview").isObject()));
  }

  private Map<String, String> usual() {
    Map<String, String> usual = new TreeMap<>();
    usual.put("high-availability.type", "zookeeper");
    usual.put("high-availability.zookeeper.quorum", sandbox.zooKeeperQuorum());
    usual.put("high-availability.zookeeper.client.session-timeout", "6 s");
    usual.put("high-availability.zookeeper.client.connection-timeout", "3 s");
    usual.put("high-availability.zookeeper.client.retry-wait", "500 ms");
    usual.put("high-availability.cluster-id", "chaos");
    usual.put("high-availability.storageDir", storage + "/ha");
    usual.put("execution.checkpointing.dir", storage + "/checkpoints");
    usual.put("execution.checkpointing.savepoint-dir", storage + "/savepoints");
    usual.put("execution.checkpointing.timeout", "20 s");
    usual.put("execution.checkpointing.num-retained", "3");
    usual.put("restart-strategy.type", "exponential-delay");
    usual.put("restart-strategy.exponential-delay.max-backoff", "2 s");
    usual.put("taskmanager.numberOfTaskSlots", "1");
    usual.put("io.tmp.dirs", localDirectory.toString());
    usual.put("parallelism.default", String.valueOf(PARALLELISM));
    usual.put("env.hadoop.conf.dir", sandbox.hadoopConfDir().toString());
    usual.put("security.bundle-file", work.resolve("security.bundle").toString());
    usual.put("security.rest.token-file", work.resolve("rest.token").toString());
    usual.put("rest.address", "127.0.0.1");
    usual.put("rest.port", String.valueOf(basePort));
    usual.put("jobmanager.rpc.address", "127.0.2.1");
    usual.put("jobmanager.bind-host", BOUND);
    usual.put("taskmanager.bind-host", BOUND);
    return usual;
  }

  Path work() {
    return work;
  }

  Sandbox sandbox() {
    return sandbox;
  }

  FileSystem files() {
    return files;
  }

  Signs signs() {
    return signs;
  }

  /** The directory of the output, on {@link #files}. */
  String output() {
    return OUTPUT;
  }

  /** Where all processes keep temporary files. */
  Path localDirectory() {
    return localDirectory;
  }

  /** The proxy between a JobManager and ZooKeeper. */
  static String zooKeeperOf(String jobManager) {
    return "zookeeper-of-" + jobManager;
  }

  String job() {
    return job;
  }

  // ---- processes

  /** Starts a JobManager; a second one stands by. */
  Child jobManager(String name) throws IOException {
    int number = Integer.parseInt(name.substring(name.indexOf('-') + 1));
    int rpc = basePort + 1 + 2 * number;
    String announced = "127.0.2." + number;
    proxy(name, announced, rpc);
    int zooKeeper = Integer.parseInt(sandbox.zooKeeperQuorum().replaceFirst(".*:", ""));
    proxy(zooKeeperOf(name), "127.0.3." + number, zooKeeper);
    return start(
        name,
        "dev.weft.engine.server.JobManagerMain",
        256,
        Map.of(
            "high-availability.zookeeper.quorum",
            "127.0.3." + number + ":" + zooKeeper,
            "jobmanager.rpc.address",
            announced,
            "jobmanager.rpc.port",
            String.valueOf(rpc),
            "rest.port",
            String.valueOf(restPort(name))),
        Map.of());
  }

  /** Starts one more TaskManager. */
  Child taskManager() throws IOException {
    return taskManager(Map.of());
  }

  /** Starts one more TaskManager with something of its own in its environment. */
  Child taskManager(Map<String, String> environment) throws IOException {
    int number = ++lastTaskManager;
    String name = "taskmanager-" + number;
    int port = basePort + 200 + number;
    String announced = "127.0.1." + number;
    proxy(name, announced, port);
    return start(
        name,
        "dev.weft.engine.server.TaskManagerMain",
        512,
        Map.of("taskmanager.host", announced, "taskmanager.data.port", String.valueOf(port)),
        environment);
  }

  private int restPort(String jobManager) {
    return jobManager.equals(FIRST) ? basePort : basePort + 1;
  }

  /** Starts a second JobManager and waits until it stands by. */
  void standBy() throws IOException {
    jobManager(SECOND);
    await("the second JobManager stands by", () -> says(SECOND, "REST is at"));
  }

  /** Waits until the second JobManager leads; {@link #rest} asks it from now on. */
  void followSecond() {
    await("the second JobManager leads", () -> says(SECOND, "Leads under epoch"));
    asked = SECOND;
  }

  /** Lets the first JobManager lead again when the second does. */
  void backToTheFirst() throws IOException {
    child(FIRST).kill();
    jobManager(FIRST);
    child(SECOND).kill();
    asked = FIRST;
  }

  private boolean says(String process, String words) {
    return now(() -> Files.readString(work.resolve("logs/" + process + ".log")).contains(words));
  }

  private void proxy(String name, String announced, int port) throws IOException {
    if (!proxies.containsKey(name)) {
      proxies.put(name, new Proxy(announced, BOUND, port));
    }
  }

  private Child start(
      String name,
      String main,
      int megabytes,
      Map<String, String> own,
      Map<String, String> environment)
      throws IOException {
    Map<String, String> everything = new TreeMap<>(environment);
    everything.put("WEFT_HOME", home.toString());
    everything.put("WEFT_CONF_DIR", work.resolve("conf").toString());
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx" + megabytes + "m",
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:ErrorFile=" + work.resolve("logs/" + name + "-crash.log"),
            "-Djava.net.preferIPv4Stack=true",
            "-Dlog4j2.disableJmx=true",
            "-Dweft.log.file=" + work.resolve("logs/" + name + ".log"),
            "-Dlog4j2.configurationFile=" + home.resolve("conf/log4j2.xml"),
            "-cp",
            home.resolve("lib") + "/*",
            main,
            "--config-dir",
            work.resolve("conf").toString()));
    own.forEach((key, value) -> command.add("-D" + key + "=" + value));
    Child child = Child.start(name, command, everything, work.resolve("logs/" + name + ".out"));
    children.put(name, child);
    return child;
  }

  Child child(String name) {
    Child child = children.get(name);
    if (child == null) {
      throw new IllegalStateException("There is no " + name + " among " + children.keySet());
    }
    return child;
  }

  Proxy proxy(String name) {
    return proxies.get(name);
  }

  /** A TaskManager on which subtasks of the job run. */
  Child busyTaskManager() {
    Set<Long> pids = new java.util.TreeSet<>();
    signs.read().forEach(sign -> pids.add(sign.pid()));
    return children.values().stream()
        .filter(child -> child.alive() && pids.contains(child.pid()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("No TaskManager works: " + pids));
  }

  /** Whether subtasks of the job run there. */
  boolean isBusy(Child taskManager) {
    return signs.read().stream().anyMatch(sign -> sign.pid() == taskManager.pid());
  }

  /** All TaskManagers that live. */
  List<Child> taskManagers() {
    return children.values().stream()
        .filter(child -> child.alive() && child.name().startsWith("taskmanager"))
        .toList();
  }

  /** Starts TaskManagers until so many live. */
  void fillUp(int wanted) throws IOException {
    while (taskManagers().size() < wanted) {
      taskManager();
    }
  }

  // ---- the job

  /** Submits the job and waits until all its subtasks emit. */
  void submit(long rate, long checkpointMillis) throws IOException {
    submit("LedgerJob", rate, ACCOUNTS, checkpointMillis);
  }

  /** Submits the job with much state and waits until all its subtasks emit. */
  void submitLarge(long rate, long keys, long checkpointMillis) throws IOException {
    submit("LargeStateJob", rate, keys, checkpointMillis);
  }

  private void submit(String main, long rate, long keys, long checkpointMillis) throws IOException {
    String said =
        weft(
            List.of(
                "run",
                "-d",
                "-t",
                "remote",
                "-c",
                "dev.weft.chaos.job." + main,
                jar().toString(),
                storage + OUTPUT,
                signs.directory().toString(),
                String.valueOf(rate),
                String.valueOf(keys),
                String.valueOf(checkpointMillis)));
    Matcher id = Pattern.compile("[0-9a-f]{32}").matcher(said);
    if (!id.find()) {
      throw new AssertionError("The job was not submitted: " + said);
    }
    job = id.group();
    await("all subtasks emit", () -> signs.allEmittedAfter(0));
  }

  /** Ends the input, lets windows fire and stops the job with a savepoint. */
  void drain() throws IOException {
    weft(List.of("stop", "-t", "remote", "--drain", job));
  }

  /** Takes a savepoint; false when that was refused or failed. */
  boolean savepointSucceeds() {
    try {
      weft(List.of("savepoint", "-t", "remote", job));
      return true;
    } catch (AssertionError e) {
      return false;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Runs {@code weft} to its end and returns what it says. */
  String weft(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("bin/weft").toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("WEFT_CONF_DIR", work.resolve("conf").toString());
    builder.environment().put("WEFT_LOG_DIR", work.resolve("logs").toString());
    Path said = Files.createTempFile(work, "weft", ".out");
    Process process = builder.redirectOutput(said.toFile()).start();
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(command + " does not end: " + Files.readString(said));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    if (process.exitValue() != 0) {
      throw new AssertionError(
          command + " ends with " + process.exitValue() + ": " + Files.readString(said));
    }
    return Files.readString(said);
  }

  private Path jar() throws IOException {
    Path jar = work.resolve("ledger.jar");
    Path classes;
    try {
      classes = Path.of(Cluster.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (java.net.URISyntaxException e) {
      throw new IOException(e);
    }
    java.util.jar.Manifest manifest = new java.util.jar.Manifest();
    manifest.getMainAttributes().putValue("Manifest-Version", "1.0");
    Path own = classes.resolve("dev/weft/chaos/job");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest);
        Stream<Path> all = Files.list(own)) {
      for (Path path : all.sorted().toList()) {
        out.putNextEntry(new JarEntry("dev/weft/chaos/job/" + path.getFileName()));
        Files.copy(path, out);
      }
    }
    return jar;
  }

  /** A document of the REST interface of the first JobManager, or of the one that was followed. */
  JsonNode rest(String path) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + restPort(asked) + path))
            .timeout(Duration.ofSeconds(5))
            .header(
                "Authorization", "Bearer " + Files.readString(work.resolve("rest.token")).strip())
            .build();
    try {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new IOException(path + " answers " + response.statusCode());
      }
      return JSON.readTree(response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** How often the job's subtasks were started. */
  int attempt() throws IOException {
    return rest("/jobs/" + job).get("attempt").asInt();
  }

  /** How many checkpoints are complete. */
  long checkpoints() throws IOException {
    return rest("/jobs/" + job + "/checkpoints").path("counts").path("completed").asLong();
  }

  /** The newest complete checkpoint; empty when there is none. */
  JsonNode newestCheckpoint() throws IOException {
    return rest("/jobs/" + job + "/checkpoints").path("latest").path("completed");
  }

  /** How many slots nobody uses. */
  int slotsFree() throws IOException {
    return rest("/overview").path("slots-available").asInt();
  }

  // ---- waiting

  /** Something to ask the cluster, which may not answer now. */
  interface Question {
    boolean holds() throws IOException;
  }

  /** Whether something holds and the cluster can say so. */
  static boolean now(Question question) {
    try {
      return question.holds();
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Waits until something holds, for as long as processes write to their logs or subtasks emit: a
   * slow machine must not decide.
   */
  void await(String what, BooleanSupplier condition) {
    long begin = System.nanoTime();
    long moved = begin;
    long before = -1;
    while (!condition.getAsBoolean()) {
      long movement = movement();
      long now = System.nanoTime();
      if (movement != before) {
        before = movement;
        moved = now;
      }
      if (now - moved > STANDSTILL_MAX.toNanos() || now - begin > PATIENCE.toNanos()) {
        throw new AssertionError(
            "After %d s, the last %d of them without a sign of life, still not: %s"
                .formatted((now - begin) / 1_000_000_000, (now - moved) / 1_000_000_000, what));
      }
      pause(LOOK_MILLIS);
    }
  }

  /** A number that changes while anything goes on. */
  private long movement() {
    long sum = 0;
    for (Signs.Sign sign : signs.read()) {
      sum += sign.emittedMillis();
    }
    for (String name : children.keySet()) {
      sum += work.resolve("logs/" + name + ".log").toFile().length();
    }
    return sum;
  }

  static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }

  @Override
  public void close() throws IOException {
    for (Child child : children.values()) {
      if (child.alive()) {
        child.kill();
      }
    }
    for (Proxy proxy : proxies.values()) {
      proxy.close();
    }
    files.close();
    sandbox.stop(true);
  }
}
