package dev.weft.engine.worker;

import dev.weft.api.fs.FileStore;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.operator.Operator;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.protocol.OperatorSlice;
import dev.weft.engine.protocol.OperatorSnapshot;
import dev.weft.engine.protocol.SnapshotHandle;
import dev.weft.engine.state.FrozenState;
import dev.weft.engine.state.unkeyed.FrozenElements;
import dev.weft.engine.worker.snapshot.SnapshotReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Writes what tasks of this worker froze for one checkpoint: small pieces into the handles, all
 * others one after another into one file, which is made when the first of them comes. Blocks.
 */
final class SnapshotFile {
  private static final int COPY_BYTES = 64 * 1024;

  /** What a state has of its bytes in memory before they go to the file, and the size of parts. */
  private static final int STREAM_BYTES = 1 << 20;

  private final Creation files;
  private final String path;
  private final ByteSink sink = new ByteSink(SnapshotHandle.INLINE_BYTES_MAX);
  private CopiedFile.Output output;
  private long writtenBytes;

  private SnapshotFile(Creation files, String path) {
    this.files = files;
    this.path = path;
  }

  /** Begins files. */
  interface Creation {
    /** Creates a file. */
    CopiedFile.Output create(String path) throws IOException;

    /** A file of a database lies there now, or did so already. */
    void placed(SnapshotHandle handle, FrozenState.StateFile file);
  }

  /** Files without copies. */
  static Creation plain(FileStore files) {
    return new Creation() {
      @Override
      public CopiedFile.Output create(String path) throws IOException {
        return CopiedFile.Output.alone(files.create(path));
      }

      @Override
      public void placed(SnapshotHandle handle, FrozenState.StateFile file) {
        // nothing of it is kept elsewhere
      }
    };
  }

  /**
   * A task's part, durable.
   *
   * @param bytes how many were written for it
   */
  record Written(FrozenTask task, List<OperatorSnapshot> operators, long bytes) {}

  /**
   * Writes all parts and lets go of the frozen state, also on failure. When this returns, every
   * byte is durable.
   *
   * @throws IOException when the file could not be written; nothing of it counts then
   */
  static List<Written> write(Creation files, String path, List<FrozenTask> tasks)
      throws IOException {
    SnapshotFile file = new SnapshotFile(files, path);
    List<Written> written = new ArrayList<>();
    int released = 0;
    boolean complete = false;
    try {
      for (FrozenTask task : tasks) {
        written.add(file.write(task));
        released++;
        task.release();
      }
      if (file.output != null) {
        file.output.close();
      }
      complete = true;
      return written;
    } finally {
      if (!complete && file.output != null) {
        file.output.abort();
      }
      for (FrozenTask task : tasks.subList(released, tasks.size())) {
        task.release();
      }
    }
  }

  private Written write(FrozenTask task) throws IOException {
    List<OperatorSnapshot> operators = new ArrayList<>();
    writtenBytes = 0;
    for (int i = 0; i < task.snapshots().size(); i++) {
      Operator.Snapshot snapshot = task.snapshots().get(i);
      List<KeyedSlice> slices = List.of();
      if (snapshot.keyed() != null) {
        KeyedSlice slice = write(snapshot.keyed());
        slices = new ArrayList<>(snapshot.keyed().before());
        slices.add(slice);
        snapshot.keyed().written(List.copyOf(slices));
      }
      List<OperatorSlice> unkeyed = new ArrayList<>();
      for (FrozenElements state : snapshot.unkeyed()) {
        SnapshotHandle handle = write(state.bytes(), state.bytes().length);
        unkeyed.add(
            new OperatorSlice(state.name(), state.distribution(), 0, state.count(), handle));
      }
      String uid = task.operatorUids().get(i);
      operators.add(new OperatorSnapshot(uid, slices, snapshot.items(), unkeyed));
    }
    return new Written(task, operators, writtenBytes);
  }

  private KeyedSlice write(FrozenState state) throws IOException {
    sink.reset();
    Streamed streamed = new Streamed();
    long[] offsets = state.write(sink, streamed);
    SnapshotHandle handle =
        streamed.length == 0 ? write(sink.array(), sink.position()) : streamed.end();
    List<KeyedSlice.File> placed = new ArrayList<>();
    for (FrozenState.StateFile each : state.files()) {
      SnapshotHandle lies = each.known() == null ? write(each) : each.known();
      if (each.fixed()) {
        files.placed(lies, each);
      }
      placed.add(new KeyedSlice.File(each.name(), lies));
    }
    state.placed(placed);
    return new KeyedSlice(state.firstKeyGroup(), offsets, state.formatVersion(), handle, placed);
  }

  /** A state that is too large to be held in memory as bytes. */
  private final class Streamed implements FrozenState.Drain {
    private final CRC32C checksum = new CRC32C();
    private final CRC32C checksumOfPart = new CRC32C();
    private long[] checksums = new long[16];
    private int partCount;
    private int bytesOfPart;
    private long start;
    private long length;

    @Override
    public long drain(ByteSink full) throws IOException {
      if (full.position() < STREAM_BYTES) {
        return 0;
      }
      if (length == 0) {
        begin();
        start = output.position();
      }
      return take(full);
    }

    private long take(ByteSink full) throws IOException {
      int count = full.position();
      checksum.update(full.array(), 0, count);
      output.write(full.array(), 0, count);
      length += count;
      for (int at = 0; at < count; ) {
        int taken = Math.min(count - at, STREAM_BYTES - bytesOfPart);
        checksumOfPart.update(full.array(), at, taken);
        at += taken;
        bytesOfPart += taken;
        if (bytesOfPart == STREAM_BYTES) {
          endPart();
        }
      }
      full.reset();
      return count;
    }

    private void endPart() {
      if (partCount == checksums.length) {
        checksums = Arrays.copyOf(checksums, partCount * 2);
      }
      checksums[partCount++] = (int) checksumOfPart.getValue();
      checksumOfPart.reset();
      bytesOfPart = 0;
    }

    SnapshotHandle end() throws IOException {
      take(sink);
      if (bytesOfPart > 0) {
        endPart();
      }
      writtenBytes += length;
      return new SnapshotHandle(
          path,
          start,
          length,
          (int) checksum.getValue(),
          new byte[0],
          new SnapshotHandle.Parts(STREAM_BYTES, Arrays.copyOf(checksums, partCount)));
    }
  }

  private void begin() throws IOException {
    if (output == null) {
      output = files.create(path);
    }
  }

  /** Copies a file of a state behind what was written before. */
  private SnapshotHandle write(FrozenState.StateFile each) throws IOException {
    begin();
    long start = output.position();
    CRC32C checksum = new CRC32C();
    byte[] buffer = new byte[COPY_BYTES];
    output.leaveOut(each.fixed());
    try (InputStream input = each.open()) {
      for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
        checksum.update(buffer, 0, count);
        output.write(buffer, 0, count);
      }
    }
    output.leaveOut(false);
    long length = output.position() - start;
    writtenBytes += length;
    return new SnapshotHandle(path, start, length, (int) checksum.getValue(), new byte[0]);
  }

  private SnapshotHandle write(byte[] bytes, int length) throws IOException {
    int checksum = SnapshotReader.checksum(bytes, length);
    writtenBytes += length;
    if (length <= SnapshotHandle.INLINE_BYTES_MAX) {
      return new SnapshotHandle("", 0, length, checksum, Arrays.copyOf(bytes, length));
    }
    begin();
    SnapshotHandle handle =
        new SnapshotHandle(path, output.position(), length, checksum, new byte[0]);
    output.write(bytes, 0, length);
    return handle;
  }
}
