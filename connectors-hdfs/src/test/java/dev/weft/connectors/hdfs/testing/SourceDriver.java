package dev.weft.connectors.hdfs.testing;

import dev.weft.api.connector.InputStatus;
import dev.weft.api.connector.ReaderOutput;
import dev.weft.api.connector.Source;
import dev.weft.api.connector.SourceReader;
import dev.weft.api.connector.SourceSplit;
import dev.weft.api.connector.SplitEnumerator;
import dev.weft.api.fs.FileStore;
import java.util.ArrayList;
import java.util.List;

/** Runs a bounded source with one reader, with a restore from a snapshot whenever told. */
public final class SourceDriver {
  private SourceDriver() {}

  /**
   * All records of a source.
   *
   * @param recordsPerPoll how many records one poll may emit
   * @param restoreEach whether enumerator and reader are made anew from a snapshot after each poll
   */
  public static <T, S extends SourceSplit, C> List<T> readAll(
      Source<T, S, C> source, FileStore files, int recordsPerPoll, boolean restoreEach)
      throws Exception {
    FakeContexts.Enumerator<S> context = new FakeContexts.Enumerator<>(files, 1);
    SplitEnumerator<S, C> enumerator = source.createEnumerator(context);
    enumerator.start();
    FakeContexts.Reader readerContext = new FakeContexts.Reader(files);
    SourceReader<T, S> reader = source.createReader(readerContext);
    reader.start();
    Records<T> output = new Records<>(recordsPerPoll);
    while (true) {
      output.emitted = 0;
      InputStatus status = reader.pollNext(output);
      if (status == InputStatus.END_OF_INPUT) {
        reader.close();
        enumerator.close();
        return output.records;
      }
      if (restoreEach) {
        List<S> splits = copy(source, reader.snapshotState(1));
        C state = copyState(source, enumerator.snapshotState(1));
        reader.close();
        enumerator.close();
        context = new FakeContexts.Enumerator<>(files, 1);
        enumerator = source.restoreEnumerator(context, state);
        enumerator.start();
        readerContext = new FakeContexts.Reader(files);
        reader = source.createReader(readerContext);
        reader.start();
        reader.addSplits(splits);
        if (splits.isEmpty()) {
          readerContext.requests = 1;
        }
      }
      while (readerContext.requests > 0) {
        readerContext.requests--;
        enumerator.handleSplitRequest(0, null);
      }
      List<S> assigned = context.assigned.remove(0);
      if (assigned != null) {
        reader.addSplits(copy(source, assigned));
      }
      if (context.ended.remove(0)) {
        reader.notifyNoMoreSplits();
      }
    }
  }

  private static <S extends SourceSplit> List<S> copy(Source<?, S, ?> source, List<S> splits)
      throws Exception {
    List<S> copies = new ArrayList<>();
    for (S split : splits) {
      byte[] bytes = source.getSplitSerializer().serialize(split);
      copies.add(
          source.getSplitSerializer().deserialize(source.getSplitSerializer().getVersion(), bytes));
    }
    return copies;
  }

  private static <C> C copyState(Source<?, ?, C> source, C state) throws Exception {
    byte[] bytes = source.getEnumeratorCheckpointSerializer().serialize(state);
    return source
        .getEnumeratorCheckpointSerializer()
        .deserialize(source.getEnumeratorCheckpointSerializer().getVersion(), bytes);
  }

  /** Collects records and is full after so many. */
  public static final class Records<T> implements ReaderOutput<T> {
    private final int recordsMax;

    /** What was emitted. */
    public final List<T> records = new ArrayList<>();

    /** Since the last reset. */
    public int emitted;

    /** An output that is full after so many records. */
    public Records(int recordsMax) {
      this.recordsMax = recordsMax;
    }

    @Override
    public void collect(T record, long timestamp) {
      records.add(record);
      emitted++;
    }

    @Override
    public boolean isFull() {
      return emitted >= recordsMax;
    }
  }
}
