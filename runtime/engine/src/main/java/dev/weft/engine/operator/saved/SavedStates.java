package dev.weft.engine.operator.saved;

import dev.weft.api.types.TypeInformation;
import dev.weft.engine.state.StateStore;
import dev.weft.engine.state.unkeyed.UnkeyedStates;

/** Checkpoints and savepoints as data, for the operators of one subtask. Calls block. */
public interface SavedStates {
  /** As {@link SnapshotCatalog#find}. */
  OperatorPart find(String path, String uid, int part, int parts);

  /** As {@link SnapshotCatalog#describe}. */
  String describe(OperatorPart operator);

  /** The keyed state of a part, which the caller closes. */
  StateStore keyed(OperatorPart operator, TypeInformation<?> keyType);

  /** The unkeyed states of a part. */
  UnkeyedStates unkeyed(OperatorPart operator);
}
