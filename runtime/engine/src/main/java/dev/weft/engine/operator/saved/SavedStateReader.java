package dev.weft.engine.operator.saved;

import dev.weft.api.connector.InputStatus;
import dev.weft.api.connector.ReaderOutput;
import dev.weft.api.connector.SourceReader;
import dev.weft.api.connector.SourceReaderContext;
import dev.weft.api.connector.builtin.RangeSplit;
import dev.weft.api.connector.builtin.SavedStateSource;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.SuppressRestartsException;
import dev.weft.engine.operator.OperatorContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Reads the state of an operator in a snapshot, part by part. Within a part the order is always the
 * same, so a checkpoint keeps how far it was read.
 */
public final class SavedStateReader implements SourceReader<Object, RangeSplit> {
  private final SourceReaderContext reading;
  private final OperatorContext context;
  private final SavedStateSource<?> source;
  private final Deque<RangeSplit> waiting = new ArrayDeque<>();
  private RangeSplit present;
  private SavedPart part;
  private long read;
  private boolean noMoreSplits;
  private boolean requested;

  /** The reader of a subtask. */
  public SavedStateReader(
      SourceReaderContext reading, OperatorContext context, SavedStateSource<?> source) {
    this.reading = reading;
    this.context = context;
    this.source = source;
  }

  /** Refuses a snapshot that has no such operator before anything is read. */
  @Override
  public void start() {
    SavedStates saved = context.savedStates();
    OperatorPart all = saved.find(source.path(), source.operator(), 0, 1);
    boolean keyed =
        source.selection() instanceof SavedStateSource.Keyed
            || source.selection() instanceof SavedStateSource.Windows;
    if (keyed && all.state().keyed().isEmpty()) {
      throw new SuppressRestartsException(
          ErrorCode.USER,
          "There is no keyed state of " + all.describe() + "; it holds " + saved.describe(all));
    }
  }

  @Override
  public InputStatus pollNext(ReaderOutput<Object> output) throws Exception {
    if (part == null && waiting.isEmpty()) {
      if (noMoreSplits) {
        return InputStatus.END_OF_INPUT;
      }
      if (!requested) {
        requested = true;
        reading.sendSplitRequest();
      }
      return InputStatus.NOTHING_AVAILABLE;
    }
    if (part == null) {
      open(waiting.remove());
    }
    while (!output.isFull()) {
      if (!part.next()) {
        finishPart();
        return InputStatus.MORE_AVAILABLE;
      }
      part.emit(output);
      read++;
    }
    return InputStatus.MORE_AVAILABLE;
  }

  private void open(RangeSplit split) throws Exception {
    OperatorPart operator =
        context
            .savedStates()
            .find(source.path(), source.operator(), split.number(), (int) split.stride());
    present = split;
    part = SavedPart.open(context, operator, source.selection(), split.number() == 0);
    for (read = 0; read < split.next(); read++) {
      part.next();
    }
  }

  private void finishPart() throws Exception {
    SavedPart ending = part;
    part = null;
    present = null;
    ending.close();
  }

  @Override
  public List<RangeSplit> snapshotState(long checkpointId) {
    List<RangeSplit> splits = new ArrayList<>(waiting);
    if (part != null) {
      splits.add(new RangeSplit(present.number(), read, present.end(), present.stride()));
    }
    return splits;
  }

  @Override
  public void addSplits(List<RangeSplit> splits) {
    requested = false;
    waiting.addAll(splits);
  }

  @Override
  public void notifyNoMoreSplits() {
    noMoreSplits = true;
  }

  @Override
  public void close() {
    if (part != null) {
      part.close();
    }
  }
}
