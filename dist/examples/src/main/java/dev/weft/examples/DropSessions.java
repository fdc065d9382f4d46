package dev.weft.examples;

import dev.weft.api.DataStream;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.savepoint.KeyedStateBootstrapFunction;
import dev.weft.api.savepoint.KeyedStateReaderFunction;
import dev.weft.api.savepoint.OperatorIdentifier;
import dev.weft.api.savepoint.OperatorTransformation;
import dev.weft.api.savepoint.StateReader;
import dev.weft.api.savepoint.StateWriter;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;

/**
 * Mends state: takes sessions with too many clicks out of a savepoint of {@link SessionCounts}. All
 * other operators, and with them the positions in the input, are as they were in the savepoint that
 * comes out.
 *
 * <pre>weft run DropSessions.jar --from hdfs:///sp/savepoint-… --into hdfs:///sp/mended --most 500
 * </pre>
 */
public final class DropSessions {
  private static final OperatorIdentifier COUNTS = OperatorIdentifier.forUid("counts");

  private DropSessions() {}

  /** How many clicks a session has. */
  public record Session(long id, long clicks) {}

  /** Runs the job: {@code --from SNAPSHOT --into DIRECTORY --most CLICKS}. */
  public static void main(String[] args) throws Exception {
    Arguments arguments = new Arguments(args, "from", "into", "most");
    String from = arguments.required("from");
    long most = arguments.number("most", 1_000);

    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    DataStream<Session> sessions =
        StateReader.read(env, from)
            .readKeyedState(COUNTS, new ReadCounts())
            .filter(session -> session.clicks() <= most);
    StateWriter.fromExistingSavepoint(env, from)
        .removeOperator(COUNTS)
        .withOperator(
            COUNTS,
            OperatorTransformation.bootstrapWith(sessions)
                .keyBy(Session::id)
                .transform(new WriteCounts()))
        .write(arguments.required("into"));
    env.execute("DropSessions");
  }

  private static ValueStateDescriptor<Long> count() {
    return new ValueStateDescriptor<>("count", Long.class);
  }

  /** Turns the state of a session into a record. */
  static final class ReadCounts extends KeyedStateReaderFunction<Long, Session> {
    private transient ValueState<Long> count;

    @Override
    public void open(OpenContext context) {
      count = getRuntimeContext().getState(count());
    }

    @Override
    public void readKey(Long key, Context ctx, Collector<Session> out) throws Exception {
      out.collect(new Session(key, count.value()));
    }
  }

  /** Turns a record into the state of a session. */
  static final class WriteCounts extends KeyedStateBootstrapFunction<Long, Session> {
    private transient ValueState<Long> count;

    @Override
    public void open(OpenContext context) {
      count = getRuntimeContext().getState(count());
    }

    @Override
    public void processElement(Session session, Context ctx) throws Exception {
      count.update(session.clicks());
    }
  }
}
