package dev.weft.sandbox;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/** What {@code weft sandbox …} does. Exit codes: 0 done, 1 failed or not running, 2 wrong usage. */
final class CommandLine {
  private static final String USAGE =
      """
      Usage: weft sandbox COMMAND [OPTIONS]

        start                        start HDFS, YARN, ZooKeeper and a Hive metastore on loopback
        stop [--purge]               end them; with --purge delete their data too
        status                       say what runs; exit status 0 if all of it does
        load-tpch [--scale 0.05]     load TPC-H tables into the database tpch
        show-table DB.TABLE [--limit 20]
                                     print rows of a table as the metastore and its files say
        check-ledger URI [--splits 4]
                                     check what SessionCounts wrote: every record exactly once

        --dir DIR                    where the sandbox lives
                                     (default: $WEFT_SANDBOX_DIR, or ~/.weft/sandbox)
      """;

  private static final Map<String, Set<String>> OPTIONS =
      Map.of(
          "start", Set.of("--dir"),
          "stop", Set.of("--dir", "--purge"),
          "status", Set.of("--dir"),
          "load-tpch", Set.of("--dir", "--scale"),
          "show-table", Set.of("--dir", "--limit"),
          "check-ledger", Set.of("--dir", "--splits"));

  private static final Map<String, String> OPERANDS =
      Map.of(
          "show-table", "table, written DB.TABLE",
          "check-ledger", "directory, such as hdfs:///tmp/sessions");

  private static final Set<String> FLAGS = Set.of("--purge");

  private final PrintStream out;
  private final PrintStream err;

  CommandLine(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  private static final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
      super(message);
    }
  }

  private record Arguments(String command, List<String> operands, Map<String, String> options) {
    Path dir() {
      return options.containsKey("--dir") ? Path.of(options.get("--dir")) : Sandbox.defaultDir();
    }
  }

  /** Runs one command; returns the exit status. */
  int run(String[] args) {
    System.setProperty("log4j.configuration", "sandbox-cli-log4j.properties");
    if (args.length == 0 || List.of(args).contains("--help") || List.of(args).contains("-h")) {
      (args.length == 0 ? err : out).print(USAGE);
      return args.length == 0 ? 2 : 0;
    }
    try {
      Arguments arguments = parse(args);
      return switch (arguments.command()) {
        case "start" -> start(arguments);
        case "stop" -> stop(arguments);
        case "status" -> status(arguments);
        case "check-ledger" -> checkLedger(arguments);
        default -> tables(arguments);
      };
    } catch (UsageException e) {
      err.println(e.getMessage() + " Run `weft sandbox --help`.");
      return 2;
    } catch (SandboxException e) {
      err.println(e.getMessage());
      return 1;
    }
  }

  private static Arguments parse(String[] args) {
    String command = args[0];
    Set<String> known = OPTIONS.get(command);
    if (known == null) {
      throw new UsageException("Unknown command '" + command + "'.");
    }
    List<String> operands = new ArrayList<>();
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 1; i < args.length; i++) {
      String name = args[i];
      if (!name.startsWith("-")) {
        operands.add(name);
      } else if (!known.contains(name)) {
        throw new UsageException("Unknown option '" + name + "' of " + command + ".");
      } else if (FLAGS.contains(name)) {
        options.put(name, "true");
      } else if (i + 1 == args.length) {
        throw new UsageException("Option " + name + " needs a value.");
      } else {
        options.put(name, args[++i]);
      }
    }
    String operand = OPERANDS.get(command);
    if (operands.size() != (operand == null ? 0 : 1)) {
      throw new UsageException(
          command
              + (operand == null
                  ? " takes no argument '" + operands.get(0) + "'."
                  : " takes one " + operand + "."));
    }
    return new Arguments(command, operands, options);
  }

  private Sandbox sandbox(Arguments arguments) {
    return new Sandbox(
        arguments.dir(),
        System.getProperty("java.class.path"),
        line -> {
          out.println("  " + line);
          out.flush();
        });
  }

  private int start(Arguments arguments) {
    Sandbox sandbox = sandbox(arguments);
    long start = System.nanoTime();
    Set<Daemon> started = sandbox.start();
    if (started.isEmpty()) {
      out.println("The sandbox is already running in " + sandbox.dir());
    } else {
      double seconds = (System.nanoTime() - start) / 1e9;
      out.println(String.format("The sandbox is running in %s (%.1f s)", sandbox.dir(), seconds));
    }
    links(sandbox);
    return 0;
  }

  private void links(Sandbox sandbox) {
    out.println("  export HADOOP_CONF_DIR=" + sandbox.hadoopConfDir());
    out.println("  export HIVE_CONF_DIR=" + sandbox.hiveConfDir());
    out.println("  ZooKeeper quorum   " + sandbox.zooKeeperQuorum());
    out.println("  Metastore          " + sandbox.metastoreUri());
    out.println("  ResourceManager    " + sandbox.resourceManagerLink());
    out.println("  NameNode           " + sandbox.nameNodeLink());
  }

  private int stop(Arguments arguments) {
    boolean purge = arguments.options().containsKey("--purge");
    int running = sandbox(arguments).stop(purge);
    out.println(
        (running == 0 ? "The sandbox was not running" : "The sandbox is stopped")
            + (purge ? "; its data is deleted." : "."));
    return 0;
  }

  private int status(Arguments arguments) {
    Sandbox sandbox = sandbox(arguments);
    boolean complete = true;
    out.println(String.format("%-15s %-14s %8s %10s", "DAEMON", "STATE", "PID", "MEMORY"));
    for (Sandbox.Status status : sandbox.status()) {
      complete &= status.ready();
      String state =
          status.process().isEmpty() ? "stopped" : status.ready() ? "running" : "not answering";
      String pid = status.process().map(process -> Long.toString(process.pid())).orElse("-");
      String memory = status.process().map(CommandLine::memory).orElse("-");
      out.println(
          String.format("%-15s %-14s %8s %10s", status.daemon().label(), state, pid, memory));
    }
    if (complete) {
      links(sandbox);
    }
    return complete ? 0 : 1;
  }

  private static String memory(DaemonProcess process) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) / 1024 + " MB";
        }
      }
      return "-";
    } catch (IOException e) {
      return "-";
    }
  }

  private int tables(Arguments arguments) {
    double scale = number(arguments, "--scale", "0.05");
    int limit = (int) number(arguments, "--limit", "20");
    if (limit < 1) {
      throw new UsageException("Option --limit is " + limit + "; it must be at least 1.");
    }
    Sandbox sandbox = sandbox(arguments);
    for (Sandbox.Status status : sandbox.status()) {
      if (!status.ready() && !status.daemon().isYarn()) {
        throw new SandboxException(
            "The "
                + status.daemon().label()
                + " of the sandbox in "
                + sandbox.dir()
                + " is not running; run `weft sandbox start`.");
      }
    }
    try (Warehouse warehouse = new Warehouse(sandbox)) {
      if (arguments.command().equals("load-tpch")) {
        new TpchLoader(warehouse, scale, line -> out.println("  " + line)).load();
      } else {
        String[] name = arguments.operands().get(0).split("\\.");
        if (name.length != 2) {
          throw new UsageException(
              "'" + arguments.operands().get(0) + "' is no table, which is written DB.TABLE.");
        }
        out.print(TableReader.format(new TableReader(warehouse, limit).read(name[0], name[1])));
      }
    }
    return 0;
  }

  private int checkLedger(Arguments arguments) {
    int splits = (int) number(arguments, "--splits", "4");
    if (splits < 1) {
      throw new UsageException("Option --splits is " + splits + "; it must be at least 1.");
    }
    String uri = arguments.operands().get(0);
    Configuration conf = new Configuration();
    // the sandbox, unless the directory says by its name where it lies
    Sandbox sandbox = sandbox(arguments);
    for (String name : List.of("core-site.xml", "hdfs-site.xml")) {
      if (Files.exists(sandbox.hadoopConfDir().resolve(name))) {
        conf.addResource(
            new org.apache.hadoop.fs.Path(sandbox.hadoopConfDir().resolve(name).toUri()));
      }
    }
    try {
      var directory = new org.apache.hadoop.fs.Path(uri);
      LedgerCheck.Report report = LedgerCheck.of(directory.getFileSystem(conf), directory, splits);
      out.println(report);
      return report.isCorrect() ? 0 : 1;
    } catch (IOException | IllegalArgumentException e) {
      throw new SandboxException("Cannot read the ledger " + uri + ": " + e.getMessage() + ".", e);
    }
  }

  private static double number(Arguments arguments, String option, String otherwise) {
    String text = arguments.options().getOrDefault(option, otherwise);
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new UsageException("Option " + option + " is '" + text + "', which is no number.");
    }
  }
}
