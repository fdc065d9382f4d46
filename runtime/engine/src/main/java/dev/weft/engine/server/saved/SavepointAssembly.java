package dev.weft.engine.server.saved;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStatus;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.checkpoint.CheckpointStore;
import dev.weft.engine.checkpoint.Manifest;
import dev.weft.engine.operator.saved.OperatorPiece;
import dev.weft.engine.operator.saved.SavepointDraft;
import dev.weft.engine.protocol.CheckpointKind;
import dev.weft.engine.protocol.OperatorSnapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Makes a savepoint of a base and of operators that were written for it. Calls block. */
final class SavepointAssembly {
  private static final int COPY_BYTES = 1 << 16;
  private static final long CHECKPOINT_ID = 1;

  private final FileStore files;
  private final SavepointDraft draft;

  SavepointAssembly(FileStore files, SavepointDraft draft) {
    this.files = files;
    this.draft = draft;
  }

  void check() throws IOException {
    if (files.status(draft.directory() + "/" + CheckpointStore.MANIFEST_NAME).isPresent()) {
      throw new WeftException(
          ErrorCode.USER,
          "There is a savepoint in "
              + draft.directory()
              + " already; write to another directory, or delete it with 'weft savepoint -d'");
    }
    if (!draft.base().isEmpty()) {
      base();
    }
  }

  /** The base without the operators that are removed. */
  private Manifest base() throws IOException {
    SavedSnapshot snapshot = SavedSnapshot.open(files, draft.base());
    Manifest base = snapshot.isCommitted() ? snapshot.manifest().committed() : snapshot.manifest();
    Set<String> uids = new TreeSet<>();
    base.operators().forEach(operator -> uids.add(operator.uid()));
    base.enumerators().forEach(enumerator -> uids.add(enumerator.sourceUid()));
    for (String removed : draft.removed()) {
      if (!uids.contains(removed)) {
        throw refused("no operator '" + removed + "' that could be removed", uids);
      }
    }
    for (String added : draft.added()) {
      if (uids.contains(added) && !draft.removed().contains(added)) {
        throw refused("an operator '" + added + "' already; remove it to replace it", uids);
      }
    }
    return with(
        base,
        base.operators().stream().filter(o -> !draft.removed().contains(o.uid())).toList(),
        base.enumerators().stream().filter(e -> !draft.removed().contains(e.sourceUid())).toList());
  }

  private WeftException refused(String what, Set<String> uids) {
    return new WeftException(
        ErrorCode.USER,
        "The snapshot " + draft.base() + " has " + what + "; it has " + String.join(", ", uids));
  }

  private static Manifest with(
      Manifest manifest,
      List<Manifest.OperatorState> operators,
      List<Manifest.EnumeratorState> enumerators) {
    return new Manifest(
        manifest.jobId(),
        manifest.epoch(),
        manifest.checkpointId(),
        manifest.attempt(),
        manifest.last(),
        manifest.triggeredMillis(),
        operators,
        enumerators,
        manifest.uncommitted(),
        CheckpointKind.SAVEPOINT);
  }

  byte[] assemble(List<OperatorPiece> pieces) throws IOException {
    Manifest kept =
        draft.base().isEmpty()
            ? new Manifest(
                draft.jobId(), 0, CHECKPOINT_ID, 0, false, 0, List.of(), List.of(), List.of(), null)
            : copied(base());
    List<Manifest.OperatorState> operators = new ArrayList<>(kept.operators());
    List<Manifest.OperatorState> added = added(pieces);
    checkKeyGroups(operators, added);
    operators.addAll(added);
    Manifest manifest = with(kept, operators, kept.enumerators());
    deleteAllBut(manifest.files());
    return CheckpointStore.sealed(manifest, draft.directory());
  }

  private static List<Manifest.OperatorState> added(List<OperatorPiece> pieces) {
    Map<String, Map<Integer, OperatorPiece>> byUid = new TreeMap<>();
    for (OperatorPiece piece : pieces) {
      byUid
          .computeIfAbsent(piece.state().operatorUid(), uid -> new TreeMap<>())
          .put(piece.subtask(), piece);
    }
    List<Manifest.OperatorState> added = new ArrayList<>();
    byUid.forEach(
        (uid, bySubtask) -> {
          OperatorPiece any = bySubtask.values().iterator().next();
          if (bySubtask.size() != any.parallelism()) {
            throw new WeftException(
                ErrorCode.ENGINE,
                "Of operator '"
                    + uid
                    + "' came "
                    + bySubtask.size()
                    + " of "
                    + any.parallelism()
                    + " pieces");
          }
          List<OperatorSnapshot> subtasks =
              bySubtask.values().stream().map(OperatorPiece::state).toList();
          added.add(new Manifest.OperatorState(uid, any.maxParallelism(), subtasks));
        });
    return added;
  }

  /** A job has one number of key groups unless it says otherwise: another is likely a mistake. */
  private void checkKeyGroups(
      List<Manifest.OperatorState> kept, List<Manifest.OperatorState> added) {
    Set<Integer> known = new TreeSet<>();
    kept.stream()
        .filter(Manifest.OperatorState::hasKeyedState)
        .forEach(operator -> known.add(operator.maxParallelism()));
    for (Manifest.OperatorState operator : added) {
      if (operator.hasKeyedState()
          && !known.isEmpty()
          && !known.contains(operator.maxParallelism())) {
        throw new WeftException(
            ErrorCode.USER,
            "Operator '"
                + operator.uid()
                + "' is written with "
                + operator.maxParallelism()
                + " key groups, those of "
                + draft.base()
                + " have "
                + known
                + ": set pipeline.max-parallelism to that");
      }
    }
  }

  /** Copies the files of the base, so that neither snapshot needs the other. */
  private Manifest copied(Manifest base) throws IOException {
    files.createDirectories(draft.directory());
    Map<String, String> names = new HashMap<>();
    for (String path : base.files()) {
      String name = draft.directory() + "/" + draft.jobId() + "-base-" + names.size() + ".state";
      files.delete(name);
      copy(path, name);
      names.put(path, name);
    }
    return base.withPaths(path -> names.getOrDefault(path, path));
  }

  private void copy(String from, String to) throws IOException {
    byte[] buffer = new byte[COPY_BYTES];
    try (FileInput in = files.open(from)) {
      FileOutput out = files.create(to);
      boolean written = false;
      try {
        for (long at = 0; at < in.length(); ) {
          int count = (int) Math.min(buffer.length, in.length() - at);
          in.readFully(at, buffer, 0, count);
          out.write(buffer, 0, count);
          at += count;
        }
        written = true;
      } finally {
        if (!written) {
          out.abort();
        }
      }
      out.close();
    }
  }

  /** Deletes what attempts of this job that failed have left. */
  private void deleteAllBut(Set<String> needed) throws IOException {
    Set<String> names = new HashSet<>();
    needed.forEach(path -> names.add(path.substring(path.lastIndexOf('/') + 1)));
    for (FileStatus file : files.list(draft.directory())) {
      if (file.name().startsWith(draft.jobId() + "-") && !names.contains(file.name())) {
        files.delete(file.path());
      }
    }
  }
}
