package dev.weft.engine.protocol;

import java.util.List;

/**
 * What one operator of one subtask keeps in a checkpoint.
 *
 * @param operatorUid matches operators on restore
 * @param keyed keyed state; usually one slice
 * @param items opaque pieces that may go to any subtask on restore, such as a reader's splits; with
 *     keyed state beside them and another parallelism every subtask gets all
 */
public record OperatorSnapshot(String operatorUid, List<KeyedSlice> keyed, List<byte[]> items) {}
