package dev.weft.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.api.config.Configuration;
import dev.weft.engine.batch.stored.StoredRows;
import dev.weft.engine.batch.stored.StoredType;
import dev.weft.engine.operator.window.SavedWindows;
import dev.weft.engine.plugin.Plugins;
import dev.weft.engine.server.ProcessSetup;
import dev.weft.engine.server.saved.SavedSnapshot;
import dev.weft.engine.server.saved.SavedSnapshot.SavedOperator;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft state}: looks into a checkpoint or savepoint; no job and no cluster is needed. */
@Command(
    name = StateCommand.NAME,
    description = "Looks into a checkpoint or savepoint: 'list' its states or 'dump' rows as JSON.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class StateCommand implements Callable<Integer> {
  static final String NAME = "state";

  private static final String LIST = "list";
  private static final String DUMP = "dump";
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

  @Option(
      names = {"-l", "--limit"},
      paramLabel = "<n>",
      description = "With dump: stop after so many rows.")
  private long limit = Long.MAX_VALUE;

  @Parameters(index = "0", paramLabel = "<what>", description = "list or dump")
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
    if (!what.equals(LIST) && !what.equals(DUMP)) {
      throw new CommandException(
          CommandException.USAGE, "'" + what + "' is not known; use 'list' or 'dump'");
    }
    Configuration configuration = installation.configuration();
    cluster.applyTo(configuration);
    Plugins plugins = installation.plugins(configuration);
    try (ProcessSetup setup = ProcessSetup.open("state", configuration, plugins, scheme(plugins))) {
      SavedSnapshot snapshot = SavedSnapshot.open(setup.files(), path);
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
      } else {
        operators.forEach(each -> dump(snapshot, each));
      }
    }
    return 0;
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

  private void dump(SavedSnapshot snapshot, SavedOperator each) {
    snapshot.forEach(
        each.uid(),
        new StoredRows.Visitor() {
          @Override
          public void row(StoredRows.Row row) {
            dump(each, row);
          }

          @Override
          public void timer(StoredRows.Timer timer) {
            print(
                line(each, timer.keyGroup(), timer.key())
                    .put(timer.eventTime() ? "eventTimer" : "processingTimer", timer.time()));
          }

          @Override
          public void pane(StoredRows.Pane pane) {
            ObjectNode node = line(each, pane.keyGroup(), pane.key());
            node.putObject("pane").put("start", pane.start()).put("end", pane.end());
            print(node.set("value", StateJson.of(pane.accumulator())));
          }
        });
    if (each.filesBytes() > 0 && printed < limit) {
      throw new CommandException(
          CommandException.USAGE,
          "The keyed state of operator '"
              + each.uid()
              + "' lies in files of RocksDB, which are not shown; read it with a StateReader, or"
              + " take a savepoint, which has it in rows");
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
