package dev.weft.engine.exchange;

import dev.weft.api.config.TaskManagerOptions.Compression;
import dev.weft.engine.batch.BatchCodec;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.spill.PartitionedFile;
import dev.weft.engine.world.Verify;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What one task sends along one edge of a batch whose consumers run later: kept in a local file
 * until its end, then handed to each consumer as often as one asks anew. Used by one thread.
 */
public final class StoredExchange implements AutoCloseable {
  /** A call hands over so many frames to a consumer at most. */
  private static final int FRAMES_MAX = 4;

  private final BatchCodec codec;
  private final PartitionedFile file;
  private final ByteSink sink = new ByteSink(1024);
  private final BatchSize batchSize = BatchSize.encoded();
  private final Part[] parts;
  private int ended;

  /**
   * An exchange without records.
   *
   * @param codec of the records; used by this exchange alone
   * @param consumers how many subtasks there are
   * @param file with a partition for each consumer; closed with the exchange
   */
  public StoredExchange(
      BatchCodec codec, Compression compression, int consumers, PartitionedFile file) {
    this.codec = CompressedBatchCodec.of(codec, compression);
    this.file = file;
    this.parts = new Part[consumers];
    Arrays.setAll(parts, Part::new);
  }

  /** Where the task writes, by consumer. */
  public List<OutputChannel> channels() {
    return List.of(parts);
  }

  /** Hands everything to a consumer, from the beginning; it may have asked before. */
  public void serve(int consumer, OutputChannel channel) {
    parts[consumer].serve(channel);
  }

  /** Hands over what consumers take now; returns whether they took anything. */
  public boolean handOver() {
    boolean any = false;
    for (Part part : parts) {
      any |= part.handOver();
    }
    return any;
  }

  /** How many bytes were written. */
  public long bytes() {
    return file.bytes();
  }

  @Override
  public void close() {
    file.close();
  }

  /** The records of one consumer. */
  private final class Part implements OutputChannel {
    private final int consumer;

    /** What comes behind the records: the end, and the barrier of the last checkpoint. */
    private final List<Frame> tail = new ArrayList<>(2);

    private ObjectBatch spare;
    private OutputChannel target;
    private Frame next;
    private int blocksSent;
    private int tailSent;

    Part(int consumer) {
      this.consumer = consumer;
    }

    @Override
    public boolean offer(Frame frame) {
      if (frame instanceof Frame.Data data) {
        store(data.batch());
      } else if (frame instanceof Frame.EndOfInput) {
        tail.add(frame);
        ended++;
        if (ended == parts.length) {
          file.finish();
        }
      } else if (frame instanceof Frame.Barrier) {
        Verify.verify(!tail.isEmpty(), "a barrier comes before the end of a stage");
        tail.add(frame);
      }
      return true; // watermarks say nothing to who sees the end first
    }

    private void store(ObjectBatch batch) {
      sink.reset();
      codec.encode(batch, sink);
      file.add(consumer, sink.array(), sink.position());
      batchSize.observe(batch.size(), sink.position());
      Arrays.fill(batch.values(), 0, batch.size(), null);
      spare = batch;
    }

    void serve(OutputChannel channel) {
      tail.removeIf(frame -> frame instanceof Frame.Barrier); // of a checkpoint without this one
      target = channel;
      next = null;
      blocksSent = 0;
      tailSent = 0;
    }

    boolean handOver() {
      if (target == null || !file.finished()) {
        return false;
      }
      for (int sent = 0; sent < FRAMES_MAX; sent++) {
        if (next == null) {
          next = read();
        }
        if (next == null || !target.offer(next)) {
          return sent > 0;
        }
        next = null;
      }
      return true;
    }

    private Frame read() {
      if (blocksSent < file.blocks(consumer)) {
        return new Frame.Data(codec.decode(file.read(consumer, blocksSent++)));
      }
      return tailSent < tail.size() ? tail.get(tailSent++) : null;
    }

    @Override
    public void announce(long checkpointId, boolean urgent) {
      if (target != null) {
        target.announce(checkpointId, urgent);
      }
    }

    @Override
    public boolean hasRoom() {
      return true;
    }

    @Override
    public ObjectBatch spare() {
      ObjectBatch done = spare;
      spare = null;
      return done;
    }

    @Override
    public int rowsMax() {
      return batchSize.rowsMax();
    }

    @Override
    public boolean patient() {
      return true;
    }
  }
}
