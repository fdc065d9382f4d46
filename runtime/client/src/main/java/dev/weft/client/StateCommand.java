package dev.weft.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.api.JobStatus;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.StateBackendOptions;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileStore;
import dev.weft.client.Targets.Chosen;
import dev.weft.client.target.ClusterConnection;
import dev.weft.engine.batch.stored.StoredRows;
import dev.weft.engine.batch.stored.StoredType;
import dev.weft.engine.checkpoint.CheckpointStore;
import dev.weft.engine.checkpoint.SnapshotClaim;
import dev.weft.engine.operator.window.SavedWindows;
import dev.weft.engine.plugin.Plugins;
import dev.weft.engine.server.ProcessSetup;
import dev.weft.engine.server.rocks.RocksDatabases;
import dev.weft.engine.server.saved.SavedSnapshot;
import dev.weft.engine.server.saved.SavedSnapshot.SavedOperator;
import dev.weft.engine.state.RowDatabases;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code weft state}: looks into a checkpoint or savepoint, for which no job and no cluster is
 * needed, or takes one away from a job that is gone.
 */
@Command(
    name = StateCommand.NAME,
    description =
        "Looks into a checkpoint or savepoint: 'list' its states, 'dump' rows as JSON, or 'release'"
            + " it from the job that claimed it and is gone.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class StateCommand implements Callable<Integer> {
  static final String NAME = "state";

  private static final String LIST = "list";
  private static final String DUMP = "dump";
  private static final String RELEASE = "release";
  private static final String HDFS = "hdfs";

  private final ObjectMapper json = new ObjectMapper();

  @Mixin private ClusterFlags cluster;

  @Option(
      names = {"-o", "--operator"},
      paramLabel = "<uid>",
      description = "Only this operator.")
  private String operator;

  @Option(names = "--groups", description = "With list: bytes of every key group that has some.")
  private boolean groups;

  @Option(names = "--verify", description = "With list: read all state and compare its checksums.")
  private boolean verify;

  @Option(
      names = {"-l", "--limit"},
      paramLabel = "<n>",
      description = "With dump: stop after so many rows.")
  private long limit = Long.MAX_VALUE;

  @Option(
      names = "--force",
      description = "With release: also when no cluster tells that the job has ended.")
  private boolean force;

  @Parameters(index = "0", paramLabel = "<what>", description = "list, dump or release")
  private String what;

  @Parameters(
      index = "1",
      paramLabel = "<path>",
      description = "The directory of a checkpoint or savepoint.")
  private String path;

  private final Installation installation;
  private final PrintStream out;
  private long printed;

  StateCommand(Installation installation, PrintStream out) {
    this.installation = installation;
    this.out = out;
  }

  @Override
  public Integer call() throws Exception {
    if (!List.of(LIST, DUMP, RELEASE).contains(what)) {
      throw new CommandException(
          CommandException.USAGE, "'" + what + "' is not known; use 'list', 'dump' or 'release'");
    }
    Configuration configuration = installation.configuration();
    cluster.applyTo(configuration);
    Plugins plugins = installation.plugins(configuration);
    try (ProcessSetup setup = ProcessSetup.open("state", configuration, plugins, scheme(plugins))) {
      if (what.equals(RELEASE)) {
        release(setup.files(), configuration);
        return 0;
      }
      SavedSnapshot snapshot = SavedSnapshot.open(setup.files(), path);
      String verified = what.equals(LIST) && verify ? verified(snapshot) : "";
      List<SavedOperator> operators =
          snapshot.operators().stream()
              .filter(each -> operator == null || each.uid().equals(operator))
              .toList();
      if (operators.isEmpty() && operator != null) {
        throw new CommandException(
            CommandException.USAGE, "The snapshot has no state of an operator '" + operator + "'");
      }
      if (what.equals(LIST)) {
        out.println(title(snapshot));
        operators.forEach(this::list);
        out.print(verified);
      } else {
        dump(snapshot, operators, setup);
      }
    }
    return 0;
  }

  /**
   * Takes the snapshot away from the job that claimed it. The cluster that the options name is
   * asked for the job; what it does not know may run on another one.
   */
  private void release(FileStore files, Configuration configuration) throws IOException {
    String directory = CheckpointStore.directoryOf(path);
    if (files.status(directory).isEmpty()) {
      throw new CommandException(CommandException.USAGE, "There is nothing at " + directory);
    }
    Optional<SnapshotClaim.Holder> found = SnapshotClaim.holder(files, directory);
    if (found.isEmpty()) {
      out.println("No job has claimed " + directory + ".");
      return;
    }
    SnapshotClaim.Holder holder = found.get();
    out.println(
        directory
            + " was claimed at "
            + Instant.ofEpochMilli(holder.sinceMillis())
            + " by "
            + (holder.jobId().isEmpty()
                ? "a job that can not be told, as the mark is damaged."
                : "job " + holder.jobId() + "."));
    String doubt =
        holder.jobId().isEmpty() ? "No cluster can be asked" : doubtOfEnd(holder, configuration);
    if (!doubt.isEmpty() && !force) {
      throw new CommandException(
          CommandException.USAGE,
          doubt
              + "; name its cluster with -m or -t, or use --force when it is sure that the job is"
              + " gone for good: one that runs would lose the snapshot to whoever claims it next");
    }
    SnapshotClaim.revoke(files, directory, holder);
    out.println("It is released.");
  }

  /**
   * Why it is not sure that a job has ended; empty when it is.
   *
   * @throws CommandException when the job runs
   */
  private String doubtOfEnd(SnapshotClaim.Holder holder, Configuration configuration) {
    JobStatus status;
    try {
      Chosen chosen = Targets.choose(configuration, installation, out::println);
      try (ClusterConnection connection = chosen.target().connect(chosen.context())) {
        status = statusIn(connection, holder.jobId());
      }
    } catch (Exception e) {
      return "No cluster tells whether the job has ended (" + CommandException.describe(e) + ")";
    }
    if (status == null) {
      return "The cluster does not know job " + holder.jobId();
    }
    if (!status.isTerminal()) {
      throw new CommandException(
          CommandException.USAGE,
          "Job "
              + holder.jobId()
              + " is "
              + status
              + ": the snapshot is its own. Cancel the job first, or start from the snapshot with"
              + " -rm no_claim");
    }
    out.println("The job is " + status + ".");
    return "";
  }

  /** How a job stands, or null when the cluster does not know it. */
  private static JobStatus statusIn(ClusterConnection connection, String jobId) throws IOException {
    try {
      return connection.progress(jobId).status();
    } catch (WeftException e) {
      if (e.code() == ErrorCode.USER) {
        return null;
      }
      throw e;
    }
  }

  /** A line that says that no state is damaged; what is damaged may not even be listed. */
  private String verified(SavedSnapshot snapshot) {
    SavedSnapshot.Verification found = snapshot.verify(operator);
    found.damages().forEach(damage -> out.println("damaged: " + damage));
    if (!found.damages().isEmpty()) {
      throw new CommandException(
          CommandException.DAMAGED,
          found.damages().size() + " of " + found.pieces() + " pieces of state are damaged");
    }
    return String.format(
        "%d pieces of state, %d bytes, are as they were written%n", found.pieces(), found.bytes());
  }

  private void dump(SavedSnapshot snapshot, List<SavedOperator> operators, ProcessSetup setup)
      throws IOException {
    long memory = setup.configuration().get(StateBackendOptions.ROCKSDB_MEMORY).bytes();
    String scratch = setup.scratch().toUri().toString();
    try (RowDatabases databases = new RocksDatabases(memory)) {
      for (SavedOperator each : operators) {
        snapshot.forEach(each.uid(), databases, scratch, new Dump(each));
      }
    }
  }

  /** That of paths without one. */
  static String scheme(Plugins plugins) {
    return plugins.names().contains(HDFS) ? HDFS : ProcessSetup.LOCAL_FILES;
  }

  private static String title(SavedSnapshot snapshot) {
    return (snapshot.manifest().isSavepoint() ? "Savepoint " : "Checkpoint ")
        + snapshot.manifest().checkpointId()
        + " of job "
        + snapshot.manifest().jobId();
  }

  private void list(SavedOperator each) {
    long[] bytes = each.bytesByKeyGroup();
    out.println(
        "operator "
            + each.uid()
            + ": parallelism "
            + each.parallelism()
            + ", key groups "
            + each.maxParallelism()
            + (each.keyType().isEmpty() ? "" : ", keys " + each.keyType())
            + ", "
            + Arrays.stream(bytes).sum()
            + " bytes");
    each.keyed()
        .values()
        .forEach(
            state ->
                out.println("  state " + state.name() + ": " + state.kind() + " " + state.type()));
    each.panes().forEach(panes -> out.println("  " + panes));
    if (each.filesBytes() > 0) {
      out.println("  " + each.filesBytes() + " bytes of states in files of RocksDB");
    }
    each.unkeyed()
        .forEach(
            (name, count) -> out.println("  operator state " + name + ": " + count + " elements"));
    if (each.items() > 0) {
      out.println("  " + each.items() + " items such as splits");
    }
    for (int group = 0; groups && group < bytes.length; group++) {
      if (bytes[group] > 0) {
        out.println("  key group " + group + ": " + bytes[group] + " bytes");
      }
    }
  }

  /** Prints the keyed state of an operator. */
  private final class Dump implements StoredRows.Visitor {
    private final SavedOperator operator;

    Dump(SavedOperator operator) {
      this.operator = operator;
    }

    @Override
    public void row(StoredRows.Row row) {
      dump(operator, row);
    }

    @Override
    public void timer(StoredRows.Timer timer) {
      print(
          line(operator, timer.keyGroup(), timer.key())
              .put(timer.eventTime() ? "eventTimer" : "processingTimer", timer.time()));
    }

    @Override
    public void pane(StoredRows.Pane pane) {
      ObjectNode node = line(operator, pane.keyGroup(), pane.key());
      node.putObject("pane").put("start", pane.start()).put("end", pane.end());
      print(node.set("value", StateJson.of(pane.accumulator())));
    }

    @Override
    public boolean done() {
      return printed >= limit;
    }
  }

  /** Each window gets a line of its own. */
  private void dump(SavedOperator each, StoredRows.Row row) {
    ObjectNode values = json.createObjectNode();
    row.values()
        .forEach(
            (name, value) -> {
              StoredType type = each.keyed().get(name).type();
              if (SavedWindows.isContent(name) && type instanceof StoredType.Mapping windows) {
                ((Map<?, ?>) value)
                    .forEach(
                        (window, content) -> {
                          ObjectNode node = line(each, row.keyGroup(), row.key());
                          node.set("window", StateJson.of(windows.key(), window));
                          print(node.set("value", StateJson.of(content)));
                        });
              } else {
                values.set(name, StateJson.of(type, value));
              }
            });
    if (!values.isEmpty()) {
      print(line(each, row.keyGroup(), row.key()).set("values", values));
    }
  }

  private ObjectNode line(SavedOperator each, int keyGroup, Object key) {
    ObjectNode node = json.createObjectNode().put("operator", each.uid()).put("keyGroup", keyGroup);
    node.set("key", StateJson.of(key));
    return node;
  }

  private void print(ObjectNode node) {
    if (printed++ < limit) {
      try {
        out.println(json.writeValueAsString(node));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("a tree of nodes can be written", e);
      }
    }
  }
}
