package dev.weft.connectors.hdfs.testing;

import dev.weft.api.config.Configuration;
import dev.weft.api.connector.CommitterContext;
import dev.weft.api.connector.SinkWriterContext;
import dev.weft.api.connector.SourceReaderContext;
import dev.weft.api.connector.SourceSplit;
import dev.weft.api.connector.SplitEnumeratorContext;
import dev.weft.api.fs.FileStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Contexts that record what a connector asks of the engine. */
public final class FakeContexts {
  private FakeContexts() {}

  /** The writer's context. */
  public record Writer(
      FileStore files,
      String jobId,
      String sinkUid,
      int subtaskIndex,
      int attempt,
      InstantSource clock)
      implements SinkWriterContext {
    /** A context whose clock stands. */
    public Writer(FileStore files, String jobId, String sinkUid, int subtaskIndex, int attempt) {
      this(files, jobId, sinkUid, subtaskIndex, attempt, InstantSource.fixed(Instant.EPOCH));
    }

    @Override
    public int parallelism() {
      return 2;
    }

    @Override
    public Configuration configuration() {
      return new Configuration();
    }
  }

  /** The committer's context. */
  public record OfCommitter(FileStore files, String jobId, String sinkUid)
      implements CommitterContext {
    @Override
    public Configuration configuration() {
      return new Configuration();
    }
  }

  /** The reader's context; counts requests. */
  public static final class Reader implements SourceReaderContext {
    private final FileStore files;

    /** Split requests not answered. */
    public int requests;

    /** A context over files. */
    public Reader(FileStore files) {
      this.files = files;
    }

    @Override
    public int subtaskIndex() {
      return 0;
    }

    @Override
    public int parallelism() {
      return 1;
    }

    @Override
    public void sendSplitRequest() {
      requests++;
    }

    @Override
    public void wakeUp() {}

    @Override
    public FileStore files() {
      return files;
    }

    @Override
    public Configuration configuration() {
      return new Configuration();
    }

    @Override
    public InstantSource clock() {
      return InstantSource.fixed(Instant.EPOCH);
    }
  }

  /** The enumerator's context; keeps what was assigned. */
  public static final class Enumerator<SplitT extends SourceSplit>
      implements SplitEnumeratorContext<SplitT> {
    private final FileStore files;
    private final int parallelism;

    /** Splits by reader. */
    public final Map<Integer, List<SplitT>> assigned = new LinkedHashMap<>();

    /** Readers that were told to end. */
    public final Set<Integer> ended = new LinkedHashSet<>();

    /** The interval asked for, or null. */
    public Duration interval;

    /** A context over files for so many readers. */
    public Enumerator(FileStore files, int parallelism) {
      this.files = files;
      this.parallelism = parallelism;
    }

    @Override
    public int currentParallelism() {
      return parallelism;
    }

    @Override
    public void assignSplits(int subtaskId, List<SplitT> splits) {
      assigned.computeIfAbsent(subtaskId, id -> new ArrayList<>()).addAll(splits);
    }

    @Override
    public void signalNoMoreSplits(int subtaskId) {
      ended.add(subtaskId);
    }

    @Override
    public void discoverEvery(Duration discoveryInterval) {
      interval = discoveryInterval;
    }

    @Override
    public FileStore files() {
      return files;
    }

    @Override
    public Configuration configuration() {
      return new Configuration();
    }
  }
}
