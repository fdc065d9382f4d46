package dev.weft.api;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.types.SchemaSerializer;
import dev.weft.api.types.TypeInformation;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The records of a stream at the client, as a job goes on. For use by one thread. */
final class CollectedRecords<T> implements CloseableIterator<T> {
  private static final long POLL_MILLIS = 100;

  private final String name;
  private final SchemaSerializer<T> serializer;
  private final Map<Integer, Integer> taken = new HashMap<>();
  private final Deque<T> ready = new ArrayDeque<>();
  private JobClient job;
  private boolean complete;

  CollectedRecords(String name, TypeInformation<T> type) {
    this.name = name;
    this.serializer = new SchemaSerializer<>(type);
  }

  /** The job was submitted. */
  void attach(JobClient client) {
    job = client;
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && !complete) {
      if (job == null) {
        throw new WeftException(
            ErrorCode.USER, "The job that makes these records is not executed yet");
      }
      take(accumulators());
    }
    return !ready.isEmpty();
  }

  /** What is known now, at the latest after the end of the job. */
  private Map<String, Object> accumulators() {
    CompletableFuture<JobExecutionResult> result = job.getJobExecutionResult();
    try {
      Map<String, Object> all = result.get(POLL_MILLIS, TimeUnit.MILLISECONDS).accumulators();
      complete = true;
      return all;
    } catch (TimeoutException e) {
      return poll();
    } catch (ExecutionException e) {
      complete = true;
      throw failure(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private Map<String, Object> poll() {
    try {
      return job.getAccumulators().get();
    } catch (ExecutionException e) {
      // the cluster is not reached now, or the job has just ended
      return Map.of();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static WeftException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new WeftException(ErrorCode.USER, "Interrupted while records are waited for", e);
  }

  private static WeftException failure(ExecutionException e) {
    return e.getCause() instanceof WeftException known
        ? known
        : new WeftException(ErrorCode.USER, "The job failed: " + e.getCause(), e.getCause());
  }

  @SuppressWarnings("unchecked")
  private void take(Map<String, Object> accumulators) {
    var bySubtask = (TreeMap<Integer, ArrayList<byte[]>>) accumulators.get(name);
    if (bySubtask == null) {
      return;
    }
    bySubtask.forEach(
        (subtask, records) -> {
          int begin = taken.getOrDefault(subtask, 0);
          for (byte[] record : records.subList(Math.min(begin, records.size()), records.size())) {
            ready.add(decode(record));
          }
          taken.put(subtask, Math.max(begin, records.size()));
        });
  }

  private T decode(byte[] record) {
    try {
      return serializer.deserialize(new DataInputStream(new ByteArrayInputStream(record)));
    } catch (IOException e) {
      throw new WeftException(ErrorCode.ENGINE, "A collected record is damaged", e);
    }
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }

  /** Takes at most so many and ends the job. */
  List<T> take(int limit) throws Exception {
    List<T> records = new ArrayList<>();
    try (this) {
      while (records.size() < limit && hasNext()) {
        records.add(next());
      }
    }
    return records;
  }

  /** Asks the job to end unless it has. */
  @Override
  public void close() throws Exception {
    if (job != null && !complete) {
      complete = true;
      job.cancel().get();
    }
  }
}
