package dev.weft.engine.server.saved;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.checkpoint.Manifest;
import dev.weft.engine.checkpoint.StateRedistribution;
import dev.weft.engine.operator.saved.OperatorPart;
import dev.weft.engine.operator.saved.OperatorPiece;
import dev.weft.engine.operator.saved.SavepointDraft;
import dev.weft.engine.operator.saved.SnapshotCatalog;
import dev.weft.engine.protocol.KeyGroups;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The snapshots that lie in files. */
public final class SavedSnapshots implements SnapshotCatalog {
  @Override
  public OperatorPart find(FileStore files, String path, String uid, int part, int parts) {
    SavedSnapshot snapshot = open(files, path);
    Manifest.OperatorState operator = snapshot.operator(uid);
    return new OperatorPart(
        path,
        uid,
        snapshot.manifest().checkpointId(),
        KeyGroups.Range.of(part, parts, operator.maxParallelism()),
        StateRedistribution.part(operator, part, parts));
  }

  @Override
  public String describe(FileStore files, String path, String uid) {
    List<String> states = new ArrayList<>();
    for (SavedSnapshot.SavedOperator operator : open(files, path).operators()) {
      if (operator.uid().equals(uid)) {
        operator
            .keyed()
            .values()
            .forEach(
                state -> states.add(state.name() + " (" + state.kind() + " " + state.type() + ")"));
        operator.panes().forEach(panes -> states.add(panes.toString()));
        states.addAll(operator.unkeyed().keySet());
      }
    }
    return states.isEmpty() ? "none" : String.join(", ", states);
  }

  @Override
  public void check(FileStore files, SavepointDraft draft) throws IOException {
    new SavepointAssembly(files, draft).check();
  }

  @Override
  public byte[] assemble(FileStore files, SavepointDraft draft, List<OperatorPiece> pieces)
      throws IOException {
    return new SavepointAssembly(files, draft).assemble(pieces);
  }

  private static SavedSnapshot open(FileStore files, String path) {
    try {
      return SavedSnapshot.open(files, path);
    } catch (IOException e) {
      throw new WeftException(
          ErrorCode.DEPENDENCY, "The snapshot " + path + " can not be read: " + e, e);
    }
  }
}
