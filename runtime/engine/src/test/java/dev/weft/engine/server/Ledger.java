package dev.weft.engine.server;

import dev.weft.api.connector.Committable;
import dev.weft.api.connector.Committer;
import dev.weft.api.connector.CommitterContext;
import dev.weft.api.connector.CommittingSinkWriter;
import dev.weft.api.connector.SimpleVersionedSerializer;
import dev.weft.api.connector.SinkWriterContext;
import dev.weft.api.connector.TransactionalSink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A transactional sink into memory, exactly once as far as the engine is. */
final class Ledger implements TransactionalSink<String, String> {
  private static final Map<String, Ledger> BY_NAME = new ConcurrentHashMap<>();

  private final String name;
  private final transient Map<String, List<String>> staged = new ConcurrentHashMap<>();
  private final transient Map<String, List<String>> committed = new TreeMap<>();
  private final transient Map<Integer, CountDownLatch> waiting = new TreeMap<>();

  private Ledger(String name) {
    this.name = name;
  }

  static Ledger open(String name) {
    Ledger ledger = new Ledger(name);
    BY_NAME.put(name, ledger);
    return ledger;
  }

  /** The one in this process, also for copies that travelled. */
  private Ledger shared() {
    return BY_NAME.get(name);
  }

  /** All committed records, sorted. */
  synchronized List<String> records() {
    return committed.values().stream().flatMap(List::stream).sorted().toList();
  }

  /** Waits until so many records are committed. */
  void await(int records) throws InterruptedException {
    CountDownLatch latch;
    synchronized (this) {
      latch = waiting.computeIfAbsent(records, n -> new CountDownLatch(1));
      release();
    }
    if (!latch.await(120, TimeUnit.SECONDS)) {
      throw new AssertionError("only " + records().size() + " of " + records + " records came");
    }
  }

  private void release() {
    int count = records().size();
    waiting.forEach(
        (records, latch) -> {
          if (count >= records) {
            latch.countDown();
          }
        });
  }

  private synchronized void commit(String transaction) {
    List<String> records = staged.get(transaction);
    if (records == null) {
      throw new IllegalStateException("nothing is staged as " + transaction);
    }
    committed.put(transaction, records);
    release();
  }

  @Override
  public boolean blocking() {
    return false;
  }

  @Override
  public CommittingSinkWriter<String, String> createWriter(SinkWriterContext context) {
    Ledger shared = shared();
    return new CommittingSinkWriter<>() {
      private List<String> open = new ArrayList<>();

      @Override
      public void write(String record, long timestamp) {
        open.add(record);
      }

      @Override
      public void flush(boolean endOfInput) {}

      @Override
      public List<String> prepareCommit(long checkpointId) {
        if (open.isEmpty()) {
          return List.of();
        }
        String transaction = context.attempt() + "-" + checkpointId + "-" + context.subtaskIndex();
        shared.staged.put(transaction, open);
        open = new ArrayList<>();
        return List.of(transaction);
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public Committer<String> createCommitter(CommitterContext context) {
    Ledger shared = shared();
    return new Committer<>() {
      @Override
      public void commit(List<Committable<String>> committables) {
        committables.forEach(committable -> shared.commit(committable.value()));
      }

      @Override
      public void finish(boolean succeeded) {}

      @Override
      public void close() {}
    };
  }

  @Override
  public SimpleVersionedSerializer<String> getCommittableSerializer() {
    return new Text();
  }

  private static final class Text implements SimpleVersionedSerializer<String> {
    @Override
    public int getVersion() {
      return 1;
    }

    @Override
    public byte[] serialize(String value) {
      return value.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String deserialize(int version, byte[] serialized) {
      return new String(serialized, StandardCharsets.UTF_8);
    }
  }
}
