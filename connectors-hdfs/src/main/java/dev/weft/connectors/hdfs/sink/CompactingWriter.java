package dev.weft.connectors.hdfs.sink;

import dev.weft.api.connector.CommittingSinkWriter;
import dev.weft.api.connector.SinkWriterContext;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Merges the files of a writer. Each file goes to the committer at once, which lets it wait; when a
 * merge of several is done, the next checkpoint brings the merged file, which replaces them. So
 * every record is in a checkpoint from the first on, and a job that fails or ends meanwhile has its
 * small files published as they are. At a savepoint, and for a single file, no merge comes any more
 * and the files are sent again to say so.
 *
 * @param <T> the records
 */
final class CompactingWriter<T> implements CommittingSinkWriter<T, StagedFile> {
  private final StagingWriter<T> staging;
  private final SinkWriterContext context;
  private final FileCompactStrategy strategy;
  private final FileCompactor compactor;
  private final ExecutorService threads;
  private final Map<String, Waiting> waiting = new LinkedHashMap<>();
  private final List<Merge> merges = new ArrayList<>();
  private boolean ended;

  CompactingWriter(
      StagingWriter<T> staging,
      SinkWriterContext context,
      FileCompactStrategy strategy,
      FileCompactor compactor) {
    this.staging = staging;
    this.context = context;
    this.strategy = strategy;
    this.compactor = compactor;
    this.threads =
        Executors.newFixedThreadPool(
            strategy.numCompactThreads(),
            work -> {
              Thread thread = new Thread(work, "compaction-" + context.subtaskIndex());
              thread.setDaemon(true);
              return thread;
            });
  }

  /** The files of a bucket that wait for others. */
  private static final class Waiting {
    final List<StagedFile> files = new ArrayList<>();
    long bytes;
    int checkpoints;
  }

  private record Merge(List<StagedFile> parts, Future<StagedFile> result) {}

  @Override
  public void write(T record, long timestamp) throws IOException {
    staging.write(record, timestamp);
  }

  @Override
  public void flush(boolean endOfInput) {
    staging.flush(endOfInput);
    ended |= endOfInput;
  }

  @Override
  public List<StagedFile> prepareCommit(long checkpointId) throws IOException {
    List<StagedFile> sent = new ArrayList<>();
    for (StagedFile file : staging.prepareCommit(checkpointId)) {
      boolean large = strategy.sizeThreshold() > 0 && file.length() >= strategy.sizeThreshold();
      sent.add(file.mayMerge(!large));
      if (!large) {
        Waiting bucket = waiting.computeIfAbsent(file.bucket(), name -> new Waiting());
        bucket.files.add(file);
        bucket.bytes += file.length();
      }
    }
    waiting.values().forEach(bucket -> bucket.checkpoints++);
    waiting.values().removeIf(bucket -> isDue(bucket) && begin(bucket.files, sent));
    takeDone(sent);
    return sent;
  }

  private boolean isDue(Waiting bucket) {
    int checkpoints = strategy.numCheckpointsBeforeCompaction();
    return ended
        || checkpoints > 0 && bucket.checkpoints >= checkpoints
        || strategy.sizeThreshold() > 0 && bucket.bytes >= strategy.sizeThreshold();
  }

  /** Begins a merge; a file that is alone is said to stay as it is. */
  private boolean begin(List<StagedFile> parts, List<StagedFile> sent) {
    if (parts.size() == 1) {
      sent.add(parts.get(0));
    } else {
      merges.add(new Merge(parts, threads.submit(() -> merged(parts))));
    }
    return true;
  }

  /** Merges files; null when a new leader published them one by one meanwhile. */
  private StagedFile merged(List<StagedFile> parts) throws IOException {
    StagedFile first = parts.get(0);
    String mergedPath = mergedPath(parts);
    List<String> paths = parts.stream().map(StagedFile::stagedPath).toList();
    ChecksummedOutput output = new ChecksummedOutput(context.files().create(mergedPath));
    try {
      compactor.compact(context.files(), paths, output);
      output.close();
    } catch (NoSuchFileException e) {
      output.abort();
      return null;
    } catch (IOException | RuntimeException e) {
      output.abort();
      throw e;
    }
    return new StagedFile(
        mergedPath,
        first.bucket(),
        mergedPath.substring(mergedPath.lastIndexOf('/') + 1),
        output.position(),
        output.crc32c(),
        parts.stream().mapToLong(StagedFile::records).sum(),
        false,
        paths);
  }

  private static String mergedPath(List<StagedFile> parts) {
    String first = parts.get(0).stagedPath();
    int name = first.lastIndexOf('/') + 1;
    return first.substring(0, name) + "compacted-" + first.substring(name);
  }

  /** Takes the merges that are done; at the end of the input waits for all. */
  private void takeDone(List<StagedFile> sent) throws IOException {
    for (Merge merge : List.copyOf(merges)) {
      if (ended || merge.result().isDone()) {
        merges.remove(merge);
        StagedFile result = result(merge);
        if (result != null) {
          sent.add(result);
        }
      }
    }
  }

  private static StagedFile result(Merge merge) throws IOException {
    try {
      return merge.result().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted in a merge").initCause(e);
    } catch (ExecutionException e) {
      String first = merge.parts().get(0).stagedPath();
      throw new IOException(
          merge.parts().size() + " files beginning with " + first + " could not be merged",
          e.getCause());
    }
  }

  @Override
  public List<StagedFile> prepareSavepoint(long checkpointId) throws IOException {
    List<StagedFile> sent = new ArrayList<>(staging.prepareCommit(checkpointId));
    waiting.values().forEach(bucket -> sent.addAll(bucket.files));
    waiting.clear();
    for (Merge merge : merges) {
      sent.addAll(merge.parts()); // what the merge makes is removed with the staging directory
    }
    merges.clear();
    return sent;
  }

  @Override
  public void close() {
    threads.shutdownNow();
    merges.forEach(merge -> staging.discard(mergedPath(merge.parts())));
    merges.clear();
    staging.close();
  }
}
