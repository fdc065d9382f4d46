package dev.weft.engine.worker;

import dev.weft.api.fs.FileOutput;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.operator.Operator;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.protocol.OperatorSlice;
import dev.weft.engine.protocol.OperatorSnapshot;
import dev.weft.engine.protocol.SnapshotHandle;
import dev.weft.engine.state.FrozenState;
import dev.weft.engine.state.unkeyed.FrozenElements;
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

  private final Creation files;
  private final String path;
  private final ByteSink sink = new ByteSink(SnapshotHandle.INLINE_BYTES_MAX);
  private FileOutput output;

  private SnapshotFile(Creation files, String path) {
    this.files = files;
    this.path = path;
  }

  /** Begins a file. */
  @FunctionalInterface
  interface Creation {
    FileOutput create(String path) throws IOException;
  }

  /**
   * A task's part, durable.
   *
   * @param bytes how many its state has
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
    long bytes = 0;
    for (int i = 0; i < task.snapshots().size(); i++) {
      Operator.Snapshot snapshot = task.snapshots().get(i);
      List<KeyedSlice> slices = List.of();
      if (snapshot.keyed() != null) {
        KeyedSlice slice = write(snapshot.keyed());
        bytes += slice.bytes();
        slices = new ArrayList<>(snapshot.keyed().before());
        slices.add(slice);
        snapshot.keyed().written(List.copyOf(slices));
      }
      List<OperatorSlice> unkeyed = new ArrayList<>();
      for (FrozenElements state : snapshot.unkeyed()) {
        SnapshotHandle handle = write(state.bytes(), state.bytes().length);
        bytes += handle.length();
        unkeyed.add(
            new OperatorSlice(state.name(), state.distribution(), 0, state.count(), handle));
      }
      String uid = task.operatorUids().get(i);
      operators.add(new OperatorSnapshot(uid, slices, snapshot.items(), unkeyed));
    }
    return new Written(task, operators, bytes);
  }

  private KeyedSlice write(FrozenState state) throws IOException {
    sink.reset();
    long[] offsets = state.write(sink);
    SnapshotHandle handle = write(sink.array(), sink.position());
    List<KeyedSlice.File> placed = new ArrayList<>();
    for (FrozenState.StateFile each : state.files()) {
      SnapshotHandle known = each.known();
      placed.add(new KeyedSlice.File(each.name(), known == null ? write(each) : known));
    }
    state.placed(placed);
    return new KeyedSlice(state.firstKeyGroup(), offsets, state.formatVersion(), handle, placed);
  }

  /** Copies a file of a state behind what was written before. */
  private SnapshotHandle write(FrozenState.StateFile each) throws IOException {
    if (output == null) {
      output = files.create(path);
    }
    long start = output.position();
    CRC32C checksum = new CRC32C();
    byte[] buffer = new byte[COPY_BYTES];
    try (InputStream input = each.open()) {
      for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
        checksum.update(buffer, 0, count);
        output.write(buffer, 0, count);
      }
    }
    return new SnapshotHandle(
        path, start, output.position() - start, (int) checksum.getValue(), new byte[0]);
  }

  private SnapshotHandle write(byte[] bytes, int length) throws IOException {
    int checksum = SnapshotReader.checksum(bytes, length);
    if (length <= SnapshotHandle.INLINE_BYTES_MAX) {
      return new SnapshotHandle("", 0, length, checksum, Arrays.copyOf(bytes, length));
    }
    if (output == null) {
      output = files.create(path);
    }
    SnapshotHandle handle =
        new SnapshotHandle(path, output.position(), length, checksum, new byte[0]);
    output.write(bytes, 0, length);
    return handle;
  }
}
