package dev.weft.engine.operator.source;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.CoreOptions;
import dev.weft.api.connector.InputStatus;
import dev.weft.api.connector.ReaderOutput;
import dev.weft.api.connector.SimpleVersionedSerializer;
import dev.weft.api.connector.Source;
import dev.weft.api.connector.SourceReader;
import dev.weft.api.connector.SourceReaderContext;
import dev.weft.api.connector.SourceSplit;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.fs.FileStore;
import dev.weft.api.graph.Operation;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.operator.EventTimeStamper;
import dev.weft.engine.operator.FunctionOperator;
import dev.weft.engine.operator.OperatorContext;
import dev.weft.engine.operator.OperatorSite;
import dev.weft.engine.operator.Output;
import dev.weft.engine.operator.SourceOperator;
import dev.weft.engine.protocol.ChainSpec;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Reads a source. A split is the reader's from the moment it comes; a checkpoint keeps the reader's
 * unfinished splits with their positions as items, which may go to any subtask on restore. The
 * reader asks for splits; a request without an answer is repeated while the reader has nothing. At
 * the end of the input the chain sends the last watermark, not this operator.
 */
public final class FromSourceOperator implements SourceOperator {
  private static final long REQUEST_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final ChainSpec.OperatorSpec spec;
  private final Source<Object, SourceSplit, ?> source;
  private final WatermarkStrategy<?> strategy;
  private final SimpleVersionedSerializer<SourceSplit> serializer;
  private final Readers readers;
  private final AssignedSplits assigned = new AssignedSplits();
  private OperatorContext context;
  private OperatorSite site;
  private SourceReader<Object, SourceSplit> reader;
  private ReaderRows rows;
  private ReaderEventTime eventTime;
  private SourceAlignment alignment;
  private boolean splitsUnaligned;
  private boolean wanted;
  private boolean requested;
  private boolean noMoreSplits;
  private boolean ended;
  private long requestedNanos;

  /** An operator whose reader is the source's. */
  public FromSourceOperator(ChainSpec.OperatorSpec spec, Operation.FromSource<?> fromSource) {
    this(spec, fromSource, null);
  }

  /** Makes readers in place of the source. */
  public interface Readers {
    /** Makes the reader of a subtask. */
    SourceReader<?, ?> create(SourceReaderContext reading, OperatorContext context);
  }

  /** An operator whose reader is made by someone else, unless that is null. */
  @SuppressWarnings("unchecked")
  public FromSourceOperator(
      ChainSpec.OperatorSpec spec, Operation.FromSource<?> fromSource, Readers readers) {
    this.spec = spec;
    this.readers = readers;
    this.source =
        (Source<Object, SourceSplit, ?>)
            (Source<?, ?, ?>) FunctionOperator.required(fromSource.source(), spec);
    this.strategy = FunctionOperator.required(fromSource.watermarks(), spec);
    this.serializer = source.getSplitSerializer();
  }

  @Override
  public void open(OperatorContext operatorContext) throws Exception {
    context = operatorContext;
    site = new OperatorSite(spec.name(), spec.createdAt(), context.task().subtask());
    eventTime = new ReaderEventTime(() -> new EventTimeStamper(site, strategy, context));
    rows = new ReaderRows(site, eventTime);
    alignment = new SourceAlignment(strategy.getAlignmentParameters(), context);
    splitsUnaligned = strategy.getAlignmentParameters() == null;
    try {
      reader = createReader(new ReaderContext());
      reader.start();
    } catch (Throwable t) {
      throw site.inConnector("the start of its reader", t);
    }
    List<SourceSplit> restored = new ArrayList<>();
    for (byte[] item : context.restoredItems()) {
      restored.add(deserialize(AssignedSplits.version(item), AssignedSplits.split(item)));
    }
    if (!restored.isEmpty()) {
      give(restored);
    }
  }

  @SuppressWarnings("unchecked")
  private SourceReader<Object, SourceSplit> createReader(SourceReaderContext reading)
      throws Exception {
    return readers == null
        ? source.createReader(reading)
        : (SourceReader<Object, SourceSplit>) readers.create(reading, context);
  }

  @Override
  public InputStatus poll(Output out) throws Exception {
    if (ended) {
      return InputStatus.END_OF_INPUT;
    }
    if (alignment.holds(eventTime.progress())) {
      eventTime.paused();
      eventTime.timePasses(out);
      return InputStatus.NOTHING_AVAILABLE;
    }
    alignSplits();
    InputStatus status;
    rows.begin(out.rowsMax());
    try {
      status = reader.pollNext((ReaderOutput<Object>) rows);
    } catch (Throwable t) {
      throw site.inConnector("pollNext of its reader", t);
    } finally {
      rows.end();
    }
    rows.emit(out);
    if (status == InputStatus.END_OF_INPUT) {
      ended = true;
      alignment.ended();
    } else {
      if (status == InputStatus.NOTHING_AVAILABLE) {
        eventTime.timePasses(out);
      }
      sendRequest(status);
    }
    return status;
  }

  /**
   * Pauses the splits that are too far ahead; where there is one only, the reader as a whole is.
   */
  private void alignSplits() {
    if (eventTime.splitCount() == 0 || splitsUnaligned) {
      return;
    }
    List<String> paused = new ArrayList<>();
    List<String> resumed = new ArrayList<>();
    long allowed = eventTime.splitCount() == 1 ? Long.MAX_VALUE : alignment.allowed();
    eventTime.pauseBeyond(allowed, paused::add, resumed::add);
    if (paused.isEmpty() && resumed.isEmpty()) {
      return;
    }
    try {
      reader.pauseOrResumeSplits(paused, resumed);
    } catch (UnsupportedOperationException e) {
      if (!context.configuration().get(CoreOptions.ALLOW_UNALIGNED_SOURCE_SPLITS)) {
        throw site.misuse(
            "has to pause the splits "
                + paused
                + ", which are ahead of others, but its reader cannot ("
                + e.getMessage()
                + "); implement pauseOrResumeSplits, or set "
                + CoreOptions.ALLOW_UNALIGNED_SOURCE_SPLITS.key()
                + " to let splits run ahead");
      }
      splitsUnaligned = true;
    } catch (Throwable t) {
      throw site.inConnector("pauseOrResumeSplits of its reader", t);
    }
  }

  private void sendRequest(InputStatus status) {
    if (noMoreSplits || !wanted) {
      return;
    }
    if (requested) {
      boolean starving = status == InputStatus.NOTHING_AVAILABLE;
      if (!starving || context.clock().nanoTime() - requestedNanos < REQUEST_AGAIN_NANOS) {
        return;
      }
    }
    requested = true;
    requestedNanos = context.clock().nanoTime();
    context.requestSplit();
  }

  @Override
  public void process(int input, ObjectBatch batch, Output out) {
    throw new IllegalStateException("a source has no input");
  }

  @Override
  public boolean ownsWatermarks() {
    return true;
  }

  @Override
  public void onProcessingTime(long now, Output out) {
    if (!ended) {
      eventTime.timePasses(out);
      alignment.timePasses(eventTime.progress());
    }
  }

  @Override
  public long nextProcessingTime() {
    return ended
        ? Long.MAX_VALUE
        : Math.min(eventTime.nextCallMillis(), alignment.nextCallMillis());
  }

  @Override
  public void allow(long watermark) {
    alignment.allow(watermark);
  }

  @Override
  public void addSplits(int version, List<byte[]> splits) throws Exception {
    List<SourceSplit> added = new ArrayList<>(splits.size());
    for (byte[] split : splits) {
      added.add(deserialize(version, split));
    }
    answered();
    assigned.add(version, splits);
    give(added);
  }

  @Override
  public void noMoreSplits() {
    answered();
    noMoreSplits = true;
    try {
      reader.notifyNoMoreSplits();
    } catch (Throwable t) {
      throw site.inConnector("notifyNoMoreSplits of its reader", t);
    }
  }

  private void answered() {
    wanted = false;
    requested = false;
  }

  private void give(List<SourceSplit> splits) {
    try {
      reader.addSplits(splits);
    } catch (Throwable t) {
      throw site.inConnector("addSplits of its reader", t);
    }
  }

  private SourceSplit deserialize(int version, byte[] split) {
    try {
      return serializer.deserialize(version, split);
    } catch (Throwable t) {
      throw site.inConnector("reading a split of version " + version, t);
    }
  }

  @Override
  public List<byte[]> splitsSince(long checkpointId) {
    return assigned.since(checkpointId);
  }

  @Override
  public Snapshot snapshot(long checkpointId) {
    List<byte[]> items = new ArrayList<>();
    if (!ended) {
      try {
        for (SourceSplit split : reader.snapshotState(checkpointId)) {
          items.add(AssignedSplits.item(serializer.getVersion(), serializer.serialize(split)));
        }
      } catch (Throwable t) {
        throw site.inConnector("snapshotState of its reader", t);
      }
    }
    assigned.snapshot(checkpointId);
    return new Snapshot(null, items, List.of(), 0);
  }

  @Override
  public void checkpointCompleted(long checkpointId) {
    assigned.completed(checkpointId);
    try {
      reader.notifyCheckpointComplete(checkpointId);
    } catch (Throwable t) {
      throw site.inConnector("notifyCheckpointComplete of its reader", t);
    }
  }

  @Override
  public void close() {
    if (reader == null) {
      return;
    }
    try {
      reader.close();
    } catch (Throwable t) {
      throw site.inConnector("close of its reader", t);
    }
  }

  /** What the reader sees. */
  private final class ReaderContext implements SourceReaderContext {
    @Override
    public int subtaskIndex() {
      return context.task().subtask();
    }

    @Override
    public int parallelism() {
      return context.parallelism();
    }

    @Override
    public void sendSplitRequest() {
      wanted = true;
    }

    @Override
    public void wakeUp() {
      context.wakeUp();
    }

    @Override
    public FileStore files() {
      return context.files();
    }

    @Override
    public Configuration configuration() {
      return context.configuration();
    }

    @Override
    public InstantSource clock() {
      return context.clock();
    }
  }
}
