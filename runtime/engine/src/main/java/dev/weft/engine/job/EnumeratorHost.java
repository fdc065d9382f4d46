package dev.weft.engine.job;

import dev.weft.api.config.Configuration;
import dev.weft.api.connector.SimpleVersionedSerializer;
import dev.weft.api.connector.Source;
import dev.weft.api.connector.SourceSplit;
import dev.weft.api.connector.SplitEnumerator;
import dev.weft.api.connector.SplitEnumeratorContext;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.checkpoint.Lifetime;
import dev.weft.engine.checkpoint.Manifest;
import dev.weft.engine.world.Background;
import dev.weft.engine.world.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the enumerator of one source on a lane of its own. What a call of the enumerator assigns is
 * collected during the call and handed to the listener on the control thread when the call is over,
 * in the order of the calls; so everything assigned before a snapshot is handed over before it.
 *
 * @param <SplitT> the splits
 * @param <StateT> the enumerator's state
 */
final class EnumeratorHost<SplitT extends SourceSplit, StateT> {
  private static final Logger LOG = LoggerFactory.getLogger(EnumeratorHost.class);

  private final String uid;
  private final Source<?, SplitT, StateT> source;
  private final int parallelism;
  private final JobCode code;
  private final Lifetime lifetime;
  private final Background.Lane lane;
  private final Listener listener;

  // Touched by work on the lane only.
  private SplitEnumerator<SplitT, StateT> enumerator;
  private Effects effects = new Effects();

  // Touched on the control thread only.
  private long discoverMillis;
  private boolean discovering;

  /** Hears what an enumerator does, on the control thread. */
  interface Listener {
    /** Splits for a reader. */
    void assigned(String uid, int subtask, int serializerVersion, List<byte[]> splits);

    /** A reader gets no more splits. */
    void noMoreSplits(String uid, int subtask);

    /** The enumerator failed. */
    void enumeratorFailed(String uid, Throwable cause);
  }

  EnumeratorHost(
      String uid,
      Source<?, SplitT, StateT> source,
      int parallelism,
      JobCode code,
      Lifetime lifetime,
      Background.Lane lane,
      Listener listener) {
    this.uid = uid;
    this.source = source;
    this.code = code;
    this.parallelism = parallelism;
    this.lifetime = lifetime;
    this.lane = lane;
    this.listener = listener;
  }

  /**
   * Makes the enumerator, from a state where there is one, and starts it.
   *
   * @param state null for a fresh start
   * @param assigned splits that were assigned after the state was taken, by subtask, each with its
   *     version ahead; null when the readers are new
   * @param started hears false when the enumerator can not tell what is assigned
   */
  void start(
      Manifest.EnumeratorState state,
      Map<Integer, List<byte[]>> assigned,
      Consumer<Boolean> started) {
    call(
        () -> {
          Context context = new Context();
          enumerator =
              state == null
                  ? source.createEnumerator(context)
                  : source.restoreEnumerator(
                      context,
                      source
                          .getEnumeratorCheckpointSerializer()
                          .deserialize(state.version(), state.state()));
          if (assigned != null && !enumerator.reconcile(read(assigned))) {
            return false;
          }
          enumerator.start();
          return true;
        },
        started);
  }

  private Map<Integer, List<SplitT>> read(Map<Integer, List<byte[]>> assigned) throws IOException {
    SimpleVersionedSerializer<SplitT> serializer = source.getSplitSerializer();
    Map<Integer, List<SplitT>> result = new LinkedHashMap<>();
    for (Map.Entry<Integer, List<byte[]>> entry : assigned.entrySet()) {
      List<SplitT> splits = new ArrayList<>();
      for (byte[] bytes : entry.getValue()) {
        int version = ByteBuffer.wrap(bytes).getInt();
        splits.add(
            serializer.deserialize(
                version, Arrays.copyOfRange(bytes, Integer.BYTES, bytes.length)));
      }
      result.put(entry.getKey(), splits);
    }
    return result;
  }

  /** A reader wants a split. */
  void splitRequested(int subtask, String host) {
    call(
        () -> {
          enumerator.handleSplitRequest(subtask, host);
          return null;
        },
        done -> {});
  }

  /** Takes the enumerator's state after everything that was asked of it before. */
  void snapshot(long checkpointId, Consumer<Outcome<Manifest.EnumeratorState>> then) {
    run(
        () -> {
          StateT state = enumerator.snapshotState(checkpointId);
          SimpleVersionedSerializer<StateT> serializer = source.getEnumeratorCheckpointSerializer();
          return new Manifest.EnumeratorState(
              uid, serializer.getVersion(), serializer.serialize(state));
        },
        then);
  }

  /** Closes the enumerator after what it does now; nothing more is heard of it. */
  void close() {
    lane.run(
        () -> {
          if (enumerator != null) {
            enumerator.close();
          }
          return null;
        },
        outcome -> {
          if (outcome instanceof Outcome.Failure<Object> failure) {
            LOG.warn("The enumerator of source {} could not be closed", uid, failure.cause());
          }
          lane.close();
        });
    lifetime.end();
  }

  private void discover() {
    if (discovering) {
      return;
    }
    discovering = true;
    run(
        () -> {
          enumerator.discover();
          return null;
        },
        outcome -> {
          discovering = false;
          if (outcome instanceof Outcome.Failure<Object> failure) {
            if (!(failure.cause() instanceof IOException)) {
              listener.enumeratorFailed(uid, failure.cause());
              return;
            }
            LOG.warn(
                "Source {} could not look for more splits; it will be tried again in {} ms",
                uid,
                discoverMillis,
                failure.cause());
          }
          lifetime.schedule(discoverMillis, this::discover);
        });
  }

  private <T> void call(EnumeratorCall<T> work, Consumer<T> then) {
    run(
        work,
        outcome -> {
          if (outcome instanceof Outcome.Failure<T> failure) {
            listener.enumeratorFailed(uid, failure.cause());
          } else {
            then.accept(((Outcome.Success<T>) outcome).value());
          }
        });
  }

  private <T> void run(EnumeratorCall<T> work, Consumer<Outcome<T>> then) {
    lifetime.run(
        lane,
        () -> {
          effects = new Effects();
          Outcome<T> outcome;
          try {
            outcome = new Outcome.Success<>(work.call());
          } catch (Exception | LinkageError | StackOverflowError e) {
            outcome = new Outcome.Failure<>(e);
          }
          return new Done<>(effects, outcome);
        },
        outcome -> {
          if (outcome instanceof Outcome.Failure<Done<T>> failure) {
            then.accept(new Outcome.Failure<>(failure.cause()));
            return;
          }
          Done<T> done = ((Outcome.Success<Done<T>>) outcome).value();
          apply(done.effects());
          then.accept(done.outcome());
        });
  }

  private void apply(Effects done) {
    for (Assignment assignment : done.assignments) {
      if (assignment.splits() == null) {
        listener.noMoreSplits(uid, assignment.subtask());
      } else {
        listener.assigned(uid, assignment.subtask(), assignment.version(), assignment.splits());
      }
    }
    if (done.discoverMillis > 0) {
      boolean first = discoverMillis == 0;
      discoverMillis = done.discoverMillis;
      if (first) {
        lifetime.schedule(discoverMillis, this::discover);
      }
    }
  }

  private interface EnumeratorCall<T> {
    T call() throws Exception;
  }

  /** What an enumerator did during one call. */
  private static final class Effects {
    final List<Assignment> assignments = new ArrayList<>();
    long discoverMillis;
  }

  private record Done<T>(Effects effects, Outcome<T> outcome) {}

  /** Splits for a reader, or with null the word that there are no more. */
  private record Assignment(int subtask, int version, List<byte[]> splits) {}

  /** What the enumerator may use; on the lane. */
  private final class Context implements SplitEnumeratorContext<SplitT> {
    @Override
    public int currentParallelism() {
      return parallelism;
    }

    @Override
    public void assignSplits(int subtaskId, List<SplitT> splits) {
      checkSubtask(subtaskId);
      SimpleVersionedSerializer<SplitT> serializer = source.getSplitSerializer();
      List<byte[]> bytes = new ArrayList<>();
      for (SplitT split : splits) {
        try {
          bytes.add(serializer.serialize(split));
        } catch (IOException e) {
          throw new IllegalStateException(
              "The split " + split.splitId() + " can not be written", e);
        }
      }
      effects.assignments.add(new Assignment(subtaskId, serializer.getVersion(), bytes));
    }

    @Override
    public void signalNoMoreSplits(int subtaskId) {
      checkSubtask(subtaskId);
      effects.assignments.add(new Assignment(subtaskId, 0, null));
    }

    private void checkSubtask(int subtaskId) {
      if (subtaskId < 0 || subtaskId >= parallelism) {
        throw new IllegalArgumentException(
            "The enumerator of source "
                + uid
                + " names reader "
                + subtaskId
                + " of "
                + parallelism);
      }
    }

    @Override
    public void discoverEvery(Duration interval) {
      effects.discoverMillis = Math.max(1, interval.toMillis());
    }

    @Override
    public FileStore files() {
      return code.files();
    }

    @Override
    public Configuration configuration() {
      return code.configuration();
    }
  }
}
