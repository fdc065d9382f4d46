package dev.weft.simulator;

import dev.weft.api.connector.Boundedness;
import dev.weft.api.connector.InputStatus;
import dev.weft.api.connector.ReaderOutput;
import dev.weft.api.connector.SimpleVersionedSerializer;
import dev.weft.api.connector.Source;
import dev.weft.api.connector.SourceReader;
import dev.weft.api.connector.SourceReaderContext;
import dev.weft.api.connector.SplitEnumerator;
import dev.weft.api.connector.SplitEnumeratorContext;
import dev.weft.api.types.TypeInformation;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the ledger: each partition is a split, given to whoever asks.
 *
 * @param seed of the ledger's values
 * @param workload how much there is and how fast it comes
 * @param share the partitions that this source reads
 * @param blocking whether readers have threads of their own
 * @param bug what readers and enumerators do wrong
 */
record LedgerSource(
    long seed, Workload workload, Pipelines.Share share, boolean blocking, PlantedBug bug)
    implements Source<LedgerRecord, LedgerSplit, List<LedgerSplit>> {
  @Override
  public Boundedness getBoundedness() {
    return workload.endless() ? Boundedness.CONTINUOUS_UNBOUNDED : Boundedness.BOUNDED;
  }

  @Override
  public TypeInformation<LedgerRecord> getProducedType() {
    return TypeInformation.of(LedgerRecord.class);
  }

  @Override
  public SplitEnumerator<LedgerSplit, List<LedgerSplit>> createEnumerator(
      SplitEnumeratorContext<LedgerSplit> context) {
    List<LedgerSplit> splits = new ArrayList<>();
    for (int partition = share.first();
        partition < workload.partitions();
        partition += share.step()) {
      splits.add(new LedgerSplit(partition, 0));
    }
    return new LedgerEnumerator(context, splits, bug);
  }

  @Override
  public SplitEnumerator<LedgerSplit, List<LedgerSplit>> restoreEnumerator(
      SplitEnumeratorContext<LedgerSplit> context, List<LedgerSplit> checkpoint) {
    return new LedgerEnumerator(context, checkpoint, bug);
  }

  @Override
  public SourceReader<LedgerRecord, LedgerSplit> createReader(SourceReaderContext context) {
    return new Reader(context);
  }

  @Override
  public SimpleVersionedSerializer<LedgerSplit> getSplitSerializer() {
    return new LedgerSplit.Serializer();
  }

  @Override
  public SimpleVersionedSerializer<List<LedgerSplit>> getEnumeratorCheckpointSerializer() {
    return new LedgerSplit.ListSerializer();
  }

  /** Reads a burst from one partition after another. */
  private final class Reader implements SourceReader<LedgerRecord, LedgerSplit> {
    private final SourceReaderContext context;
    private final List<LedgerSplit> splits = new ArrayList<>();
    private final List<LedgerSplit> stale = new ArrayList<>();
    private long dueMillis;
    private boolean noMore;

    Reader(SourceReaderContext context) {
      this.context = context;
    }

    @Override
    public InputStatus pollNext(ReaderOutput<LedgerRecord> output) {
      if (splits.isEmpty() && noMore) {
        return InputStatus.END_OF_INPUT;
      }
      if (!noMore) {
        context.sendSplitRequest();
      }
      long now = context.clock().millis();
      if (splits.isEmpty() || now < dueMillis) {
        return InputStatus.NOTHING_AVAILABLE;
      }
      dueMillis = now + workload.paceMillis();
      LedgerSplit split = splits.remove(0);
      long next = split.next();
      long end = Math.min(workload.records(), next + workload.burst());
      while (next < end && !output.isFull()) {
        output.collect(LedgerRecord.at(seed, workload.keys(), split.partition(), next));
        next++;
      }
      if (next < workload.records()) {
        splits.add(new LedgerSplit(split.partition(), next));
      }
      return InputStatus.MORE_AVAILABLE;
    }

    @Override
    public List<LedgerSplit> snapshotState(long checkpointId) {
      if (bug != PlantedBug.STALE_POSITION) {
        return List.copyOf(splits);
      }
      List<LedgerSplit> before = List.copyOf(stale);
      stale.clear();
      stale.addAll(splits);
      return before.size() == splits.size() ? before : List.copyOf(splits);
    }

    @Override
    public void addSplits(List<LedgerSplit> more) {
      splits.addAll(more);
    }

    @Override
    public void notifyNoMoreSplits() {
      noMore = true;
    }

    @Override
    public void close() {}
  }
}
