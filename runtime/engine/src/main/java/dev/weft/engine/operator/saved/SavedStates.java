package dev.weft.engine.operator.saved;

import dev.weft.api.types.TypeInformation;
import dev.weft.engine.operator.Operator;
import dev.weft.engine.protocol.OperatorSnapshot;
import dev.weft.engine.state.StateStore;
import dev.weft.engine.state.unkeyed.UnkeyedStates;
import java.io.IOException;
import java.util.List;

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

  /** Refuses a directory with a savepoint in it. */
  void checkFree(String directory) throws IOException;

  /** Writes the state of an operator below the directory of a savepoint, durably. */
  OperatorSnapshot write(String directory, String uid, Operator.Snapshot snapshot)
      throws IOException;

  /** As {@link SnapshotCatalog#check}. */
  void check(SavepointDraft draft) throws IOException;

  /** As {@link SnapshotCatalog#assemble}. */
  byte[] assemble(SavepointDraft draft, List<OperatorPiece> pieces) throws IOException;
}
