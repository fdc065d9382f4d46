package dev.weft.engine.checkpoint;

import dev.weft.engine.protocol.CheckpointKind;
import dev.weft.engine.protocol.CommittableBytes;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.protocol.Nullable;
import dev.weft.engine.protocol.OperatorSlice;
import dev.weft.engine.protocol.OperatorSnapshot;
import dev.weft.engine.protocol.RecordCodec;
import dev.weft.engine.protocol.SnapshotHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * What a checkpoint consists of. Everything a job needs to go on lies in it or in the files that
 * its handles name with length and checksum.
 *
 * @param epoch of the leader that took it
 * @param attempt of the job that it was taken from
 * @param last whether all input was processed: nothing is left to do but to commit
 * @param operators the state of every operator that keeps some
 * @param enumerators the state of the sources on the leader
 * @param uncommitted staged output that is covered by this checkpoint or an earlier one and was not
 *     known to be committed when this was written
 * @param kind what it was taken for; null in those of the first version
 */
public record Manifest(
    String jobId,
    long epoch,
    long checkpointId,
    int attempt,
    boolean last,
    long triggeredMillis,
    List<OperatorState> operators,
    List<EnumeratorState> enumerators,
    List<CommittableBytes> uncommitted,
    @Nullable CheckpointKind kind) {
  static final RecordCodec<Manifest> CODEC = RecordCodec.of(Manifest.class);

  /**
   * An operator's state over all its subtasks.
   *
   * @param maxParallelism the number of key groups of the keyed slices
   * @param subtasks what each kept, by number
   */
  public record OperatorState(String uid, int maxParallelism, List<OperatorSnapshot> subtasks) {
    /** Whether there is state by key. */
    public boolean hasKeyedState() {
      return subtasks.stream().anyMatch(s -> !s.keyed().isEmpty());
    }
  }

  /** A source's enumerator, written by the source's own serializer. */
  public record EnumeratorState(String sourceUid, int version, byte[] state) {}

  /** Whether it belongs to the user. */
  public boolean isSavepoint() {
    return kind != null && kind.isSavepoint();
  }

  /** The same when all output that it covers is known to be committed. */
  public Manifest committed() {
    return new Manifest(
        jobId,
        epoch,
        checkpointId,
        attempt,
        last,
        triggeredMillis,
        operators,
        enumerators,
        List.of(),
        kind);
  }

  /** The same with files below a directory named relative to it, so that it can be moved. */
  Manifest relativeTo(String directory) {
    String below = directory + "/";
    return withPaths(path -> path.startsWith(below) ? path.substring(below.length()) : path);
  }

  /** The same with all files named in full, as seen from the directory of the manifest. */
  Manifest resolvedAgainst(String directory) {
    return withPaths(
        path -> path.startsWith("/") || path.contains("://") ? path : directory + "/" + path);
  }

  /** The same with other names of files. */
  public Manifest withPaths(UnaryOperator<String> change) {
    List<OperatorState> changed =
        operators.stream()
            .map(
                operator ->
                    new OperatorState(
                        operator.uid(),
                        operator.maxParallelism(),
                        operator.subtasks().stream().map(s -> withPaths(s, change)).toList()))
            .toList();
    return new Manifest(
        jobId,
        epoch,
        checkpointId,
        attempt,
        last,
        triggeredMillis,
        changed,
        enumerators,
        uncommitted,
        kind);
  }

  private static OperatorSnapshot withPaths(
      OperatorSnapshot snapshot, UnaryOperator<String> change) {
    List<KeyedSlice> keyed =
        snapshot.keyed().stream()
            .map(
                slice ->
                    new KeyedSlice(
                        slice.firstKeyGroup(),
                        slice.offsets(),
                        slice.formatVersion(),
                        withPath(slice.handle(), change),
                        slice.files().stream()
                            .map(f -> new KeyedSlice.File(f.name(), withPath(f.handle(), change)))
                            .toList()))
            .toList();
    List<OperatorSlice> unkeyed =
        snapshot.unkeyed().stream()
            .map(
                slice ->
                    new OperatorSlice(
                        slice.name(),
                        slice.distribution(),
                        slice.first(),
                        slice.count(),
                        withPath(slice.handle(), change)))
            .toList();
    return new OperatorSnapshot(snapshot.operatorUid(), keyed, snapshot.items(), unkeyed);
  }

  private static SnapshotHandle withPath(SnapshotHandle handle, UnaryOperator<String> change) {
    return handle.isInline()
        ? handle
        : new SnapshotHandle(
            change.apply(handle.path()),
            handle.offset(),
            handle.length(),
            handle.crc32c(),
            handle.inline(),
            handle.parts());
  }

  /** All files that the handles name. */
  public Set<String> files() {
    return extents().keySet();
  }

  /** All files that the handles name, with how many bytes each has at least. */
  public SortedMap<String, Long> extents() {
    SortedMap<String, Long> extents = new TreeMap<>();
    for (SnapshotHandle handle : handles()) {
      if (!handle.isInline()) {
        extents.merge(handle.path(), handle.offset() + handle.length(), Math::max);
      }
    }
    return extents;
  }

  /** Where all state lies. */
  List<SnapshotHandle> handles() {
    List<SnapshotHandle> handles = new ArrayList<>();
    for (OperatorState operator : operators) {
      for (OperatorSnapshot snapshot : operator.subtasks()) {
        for (KeyedSlice slice : snapshot.keyed()) {
          handles.add(slice.handle());
          slice.files().forEach(file -> handles.add(file.handle()));
        }
        snapshot.unkeyed().forEach(slice -> handles.add(slice.handle()));
      }
    }
    return handles;
  }
}
