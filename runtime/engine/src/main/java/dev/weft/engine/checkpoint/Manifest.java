package dev.weft.engine.checkpoint;

import dev.weft.engine.protocol.CommittableBytes;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.protocol.OperatorSlice;
import dev.weft.engine.protocol.OperatorSnapshot;
import dev.weft.engine.protocol.RecordCodec;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

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
    List<CommittableBytes> uncommitted) {
  static final RecordCodec<Manifest> CODEC = RecordCodec.of(Manifest.class);

  /**
   * An operator's state over all its subtasks.
   *
   * @param maxParallelism the number of key groups of the keyed slices
   * @param subtasks what each kept, by number
   */
  public record OperatorState(String uid, int maxParallelism, List<OperatorSnapshot> subtasks) {
    boolean hasKeyedState() {
      return subtasks.stream().anyMatch(s -> !s.keyed().isEmpty());
    }
  }

  /** A source's enumerator, written by the source's own serializer. */
  public record EnumeratorState(String sourceUid, int version, byte[] state) {}

  /** All files that the handles name. */
  Set<String> files() {
    Set<String> files = new TreeSet<>();
    for (OperatorState operator : operators) {
      for (OperatorSnapshot snapshot : operator.subtasks()) {
        for (KeyedSlice slice : snapshot.keyed()) {
          if (!slice.handle().isInline()) {
            files.add(slice.handle().path());
          }
          slice.files().forEach(file -> files.add(file.handle().path()));
        }
        for (OperatorSlice slice : snapshot.unkeyed()) {
          if (!slice.handle().isInline()) {
            files.add(slice.handle().path());
          }
        }
      }
    }
    return files;
  }
}
