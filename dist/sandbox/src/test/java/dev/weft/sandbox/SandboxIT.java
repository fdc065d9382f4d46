package dev.weft.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.yarn.api.records.ApplicationId;
import org.apache.hadoop.yarn.api.records.ApplicationSubmissionContext;
import org.apache.hadoop.yarn.api.records.ContainerLaunchContext;
import org.apache.hadoop.yarn.api.records.Resource;
import org.apache.hadoop.yarn.api.records.YarnApplicationState;
import org.apache.hadoop.yarn.client.api.YarnClient;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * One life of a whole sandbox, told in order: the processes are too dear to start for each test.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SandboxIT {
  private static final Path DIR = Path.of(System.getProperty("weft.sandbox.it"));
  private static final String CLASS_PATH = System.getProperty("weft.sandbox.lib") + "/*";
  private static final Set<Long> PIDS = new TreeSet<>();

  private final Sandbox sandbox = new Sandbox(DIR, CLASS_PATH, System.out::println);

  private static String command(int expectedStatus, String... args) {
    var out = new ByteArrayOutputStream();
    var print = new PrintStream(out, true, StandardCharsets.UTF_8);
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--dir", DIR.toString()));
    int status = new CommandLine(print, print).run(all.toArray(String[]::new));
    String text = out.toString(StandardCharsets.UTF_8);
    assertEquals(expectedStatus, status, text);
    return text;
  }

  private YarnClient yarn() {
    Configuration conf = new YarnConfiguration();
    for (String name : List.of("core-site.xml", "yarn-site.xml")) {
      conf.addResource(
          new org.apache.hadoop.fs.Path(sandbox.hadoopConfDir().resolve(name).toUri()));
    }
    YarnClient client = YarnClient.createYarnClient();
    client.init(conf);
    client.start();
    return client;
  }

  private static ApplicationId submit(YarnClient yarn, String shell) throws Exception {
    ApplicationSubmissionContext context =
        yarn.createApplication().getApplicationSubmissionContext();
    context.setApplicationName("sandbox-test");
    context.setMaxAppAttempts(1);
    context.setResource(Resource.newInstance(128, 1));
    context.setAMContainerSpec(
        ContainerLaunchContext.newInstance(
            Map.of(), Map.of(), List.of(shell + " 1><LOG_DIR>/stdout 2>&1"), null, null, null));
    return yarn.submitApplication(context);
  }

  private static void await(String what, Condition condition) throws Exception {
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (!condition.holds()) {
      assertTrue(System.nanoTime() < deadline, "waited in vain for " + what);
      Thread.sleep(100);
    }
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  @Test
  @Order(1)
  void allDaemonsStart() throws Exception {
    sandbox.stop(true);
    assertEquals(Set.of(Daemon.values()), sandbox.start());
    for (Sandbox.Status status : sandbox.status()) {
      assertTrue(status.ready(), status.toString());
      PIDS.add(status.process().orElseThrow().pid());
    }
    assertEquals(Daemon.values().length, PIDS.size());
  }

  @Test
  @Order(2)
  void aSecondStartChangesNothing() {
    assertEquals(Set.of(), sandbox.start());
    assertTrue(command(0, "status").contains("export HADOOP_CONF_DIR="));
  }

  @Test
  @Order(3)
  void nothingListensBeyondLoopback() throws Exception {
    Set<String> inodes = new TreeSet<>();
    for (long pid : PIDS) {
      try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
        for (Path file : files.toList()) {
          linkTarget(file, inodes);
        }
      }
    }
    int listening = 0;
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      for (String line : Files.readAllLines(Path.of(table))) {
        String[] fields = line.strip().split("\\s+");
        if (fields.length > 9 && fields[3].equals("0A") && inodes.contains(fields[9])) {
          listening++;
          assertTrue(fields[1].split(":")[0].endsWith("0100007F"), line);
        }
      }
    }
    assertTrue(listening >= Ports.Port.values().length, "listening: " + listening);
  }

  private static void linkTarget(Path file, Set<String> inodes) {
    try {
      String target = Files.readSymbolicLink(file).toString();
      if (target.startsWith("socket:[")) {
        inodes.add(target.substring("socket:[".length(), target.length() - 1));
      }
    } catch (IOException e) {
      // closed since it was listed
    }
  }

  @Test
  @Order(4)
  void filesAreWrittenAndRead() throws Exception {
    var path = new org.apache.hadoop.fs.Path("/tmp/greeting");
    try (FileSystem files =
        FileSystem.newInstance(URI.create(sandbox.fileSystemUri()), new Configuration())) {
      try (var out = files.create(path)) {
        out.writeUTF("hello");
      }
      try (var in = files.open(path)) {
        assertEquals("hello", in.readUTF());
      }
    }
  }

  @Test
  @Order(5)
  void containersRunAndTheirLogsAreCollected() throws Exception {
    try (YarnClient yarn = yarn();
        FileSystem files =
            FileSystem.newInstance(URI.create(sandbox.fileSystemUri()), new Configuration())) {
      ApplicationId id = submit(yarn, "test -x $JAVA_HOME/bin/java && echo java-is-there");
      await(
          "the application's end",
          () ->
              yarn.getApplicationReport(id).getYarnApplicationState()
                  == YarnApplicationState.FAILED);
      await("aggregated logs", () -> logs(files, id).contains("java-is-there"));
    }
  }

  private static String logs(FileSystem files, ApplicationId id) throws IOException {
    StringBuilder text = new StringBuilder();
    var all = files.listFiles(new org.apache.hadoop.fs.Path("/tmp/logs"), true);
    while (all.hasNext()) {
      var path = all.next().getPath();
      if (path.toString().contains(id.toString()) && !path.getName().endsWith(".tmp")) {
        try (var in = files.open(path)) {
          text.append(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
        }
      }
    }
    return text.toString();
  }

  @Test
  @Order(6)
  void theResourceManagerShowsBothNodes() throws Exception {
    URI link = URI.create(sandbox.resourceManagerLink() + "ws/v1/cluster/nodes?states=RUNNING");
    String body =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(link).build(), BodyHandlers.ofString())
            .body();
    assertTrue(body.startsWith("{\"nodes\":{\"node\":["), body);
    assertEquals(3, body.split("\"nodeHTTPAddress\"").length, body);
  }

  @Test
  @Order(7)
  void tablesAreLoadedOnceAndShown() {
    String first = command(0, "load-tpch", "--scale", "0.001");
    assertTrue(first.contains("tpch.lineitem: 6005 rows in "), first);
    String second = command(0, "load-tpch", "--scale", "0.001");
    assertTrue(second.contains("tpch.lineitem is there already"), second);
    String shown = command(0, "show-table", "tpch.lineitem", "--limit", "2");
    assertTrue(shown.startsWith("l_orderkey "), shown);
    assertTrue(shown.contains("2 rows, "), shown);
    String missing = command(1, "show-table", "tpch.nothing");
    assertEquals("There is no table tpch.nothing.\n", missing);
  }

  @Test
  @Order(8)
  void aKilledDaemonComesBackWithItsData() throws Exception {
    long before = pid(Daemon.METASTORE);
    sandbox.kill(Daemon.METASTORE);
    assertTrue(command(1, "status").contains("stopped"));
    assertEquals(Set.of(Daemon.METASTORE), sandbox.start());
    assertNotEquals(before, pid(Daemon.METASTORE));
    PIDS.add(pid(Daemon.METASTORE));
    assertTrue(command(0, "show-table", "tpch.orders", "--limit", "1").contains("1 rows"));
  }

  private long pid(Daemon daemon) {
    return StateFile.read(DIR.resolve("sandbox.json")).daemons().get(daemon).pid();
  }

  @Test
  @Order(9)
  void stopLeavesNoProcessNotEvenAnOrphanedContainer() throws Exception {
    try (YarnClient yarn = yarn()) {
      submit(yarn, "exec sleep 600");
      await("the container", () -> containers() > 0);
    }
    sandbox.kill(Daemon.NODEMANAGER_1);
    sandbox.kill(Daemon.NODEMANAGER_2);
    assertTrue(containers() > 0);
    sandbox.stop(false);
    assertEquals(0, containers());
    for (long pid : PIDS) {
      assertTrue(ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty(), "pid " + pid);
    }
    assertTrue(command(1, "status").contains("stopped"));
  }

  private static long containers() {
    Path nodes = new Layout(DIR).yarn();
    return ProcessHandle.allProcesses()
        .filter(handle -> Containers.isContainer(handle, nodes))
        .count();
  }

  @Test
  @Order(10)
  void dataOutliveAStop() {
    sandbox.start();
    assertTrue(command(0, "show-table", "tpch.orders", "--limit", "1").contains("1 rows"));
    sandbox.close();
    sandbox.stop(true);
    assertTrue(!Files.exists(DIR));
  }
}
