package dev.weft.engine.operator.saved;

import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.protocol.OperatorSnapshot;

/**
 * A part of what a snapshot holds of an operator.
 *
 * @param path of the snapshot
 * @param uid of the operator
 * @param checkpointId of the snapshot
 * @param groups the key groups of the part
 * @param state of the part; union and broadcast states are in every part
 */
public record OperatorPart(
    String path, String uid, long checkpointId, KeyGroups.Range groups, OperatorSnapshot state) {
  /** For messages. */
  public String describe() {
    return "operator '" + uid + "' of " + path;
  }
}
