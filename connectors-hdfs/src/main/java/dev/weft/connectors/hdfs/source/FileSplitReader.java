package dev.weft.connectors.hdfs.source;

import dev.weft.api.connector.InputStatus;
import dev.weft.api.connector.ReaderOutput;
import dev.weft.api.connector.SourceReader;
import dev.weft.api.connector.SourceReaderContext;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileStatus;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads splits one after another and asks for the next when it has none.
 *
 * @param <T> the records
 */
final class FileSplitReader<T> implements SourceReader<T, FileSplit> {
  private final SourceReaderContext context;
  private final BulkFormat<T> format;

  private final ArrayDeque<FileSplit> waiting = new ArrayDeque<>();
  private FileSplit current;
  private RecordReader<T> reader;
  private boolean requested;
  private boolean noMoreSplits;

  FileSplitReader(SourceReaderContext context, BulkFormat<T> format) {
    this.context = context;
    this.format = format;
  }

  @Override
  public InputStatus pollNext(ReaderOutput<T> output) throws IOException {
    while (!output.isFull()) {
      if (reader == null && !openNext()) {
        return noMoreSplits ? InputStatus.END_OF_INPUT : InputStatus.NOTHING_AVAILABLE;
      }
      if (!reader.read(output)) {
        closeCurrent();
      }
    }
    return InputStatus.MORE_AVAILABLE;
  }

  @Override
  public List<FileSplit> snapshotState(long checkpointId) {
    List<FileSplit> unfinished = new ArrayList<>();
    if (reader != null) {
      unfinished.add(current.at(reader.position()));
    }
    unfinished.addAll(waiting);
    return unfinished;
  }

  @Override
  public void addSplits(List<FileSplit> splits) {
    requested = false;
    waiting.addAll(splits);
  }

  @Override
  public void notifyNoMoreSplits() {
    noMoreSplits = true;
  }

  @Override
  public void close() throws IOException {
    closeCurrent();
  }

  private boolean openNext() throws IOException {
    FileSplit next = waiting.poll();
    if (next == null) {
      if (!requested && !noMoreSplits) {
        requested = true;
        context.sendSplitRequest();
      }
      return false;
    }
    checkUnchanged(next.file());
    reader = format.open(context.files(), next);
    current = next;
    return true;
  }

  private void checkUnchanged(SourceFile file) throws IOException {
    Optional<FileStatus> now = context.files().status(file.path());
    if (now.isEmpty()) {
      throw new WeftException(
          ErrorCode.DATA,
          "The input file '"
              + file.path()
              + "' was removed after the job had found it; bring it back or start the job anew");
    }
    FileStatus status = now.get();
    if (status.length() != file.length() || status.modifiedMillis() != file.modifiedMillis()) {
      throw new WeftException(
          ErrorCode.DATA,
          "The input file '"
              + file.path()
              + "' changed after the job had found it: it had "
              + describe(file.length(), file.modifiedMillis())
              + " and has "
              + describe(status.length(), status.modifiedMillis())
              + "; input files must not change while they are read");
    }
  }

  private static String describe(long length, long modifiedMillis) {
    return length + " bytes of " + Instant.ofEpochMilli(modifiedMillis);
  }

  private void closeCurrent() throws IOException {
    if (reader != null) {
      RecordReader<T> closing = reader;
      reader = null;
      current = null;
      closing.close();
    }
  }
}
