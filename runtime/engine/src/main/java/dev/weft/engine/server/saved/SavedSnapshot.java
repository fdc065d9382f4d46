package dev.weft.engine.server.saved;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.batch.stored.PaneText;
import dev.weft.engine.batch.stored.StoredBytes;
import dev.weft.engine.batch.stored.StoredRows;
import dev.weft.engine.checkpoint.CheckpointStore;
import dev.weft.engine.checkpoint.ChecksummedFile.DamagedException;
import dev.weft.engine.checkpoint.Manifest;
import dev.weft.engine.checkpoint.RegisteredCheckpoint;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.protocol.OperatorSlice;
import dev.weft.engine.protocol.OperatorSnapshot;
import dev.weft.engine.protocol.SnapshotHandle;
import dev.weft.engine.state.RowDatabase;
import dev.weft.engine.state.RowDatabases;
import dev.weft.engine.worker.snapshot.CheckpointFiles;
import dev.weft.engine.worker.snapshot.SnapshotReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A checkpoint or savepoint to look into. Calls block. */
public final class SavedSnapshot {
  private final FileStore files;
  private final RegisteredCheckpoint found;
  private final Manifest manifest;
  private int opened;

  private SavedSnapshot(FileStore files, RegisteredCheckpoint found) throws IOException {
    this.files = files;
    this.found = found;
    this.manifest = CheckpointStore.load(files, found);
  }

  /**
   * Opens a snapshot.
   *
   * @param path its directory, or the manifest in it
   * @throws WeftException with code USER when there is none
   */
  public static SavedSnapshot open(FileStore files, String path) throws IOException {
    try {
      return new SavedSnapshot(files, CheckpointStore.find(files, path));
    } catch (DamagedException e) {
      throw new WeftException(
          ErrorCode.USER, path + " is no checkpoint or savepoint: " + e.getMessage(), e);
    }
  }

  /** What it consists of. */
  public Manifest manifest() {
    return manifest;
  }

  /** Whether all output that it covers is known to be committed. */
  boolean isCommitted() throws IOException {
    return CheckpointStore.isCommitted(files, found);
  }

  /**
   * What is kept for an operator.
   *
   * @param keyed the keyed states, by name
   * @param keyType of the keys; empty without keyed state
   * @param panes of windows, by their text
   * @param filesBytes keyed state in files of RocksDB
   * @param bytesByKeyGroup keyed state outside of these
   * @param unkeyed how many elements each state has that belongs to no key
   * @param items pieces without a name, such as a reader's splits
   */
  public record SavedOperator(
      String uid,
      int parallelism,
      int maxParallelism,
      String keyType,
      Map<String, StoredRows.State> keyed,
      Set<PaneText> panes,
      long filesBytes,
      long[] bytesByKeyGroup,
      Map<String, Integer> unkeyed,
      int items) {}

  /** All operators with state. */
  public List<SavedOperator> operators() {
    List<SavedOperator> operators = new ArrayList<>();
    for (Manifest.OperatorState operator : manifest.operators()) {
      Map<String, StoredRows.State> keyed = new LinkedHashMap<>();
      Map<String, Integer> unkeyed = new LinkedHashMap<>();
      Set<PaneText> panes = new LinkedHashSet<>();
      long filesBytes = 0;
      long[] bytes = new long[operator.maxParallelism()];
      String keyType = "";
      int items = 0;
      for (OperatorSnapshot subtask : operator.subtasks()) {
        items += subtask.items().size();
        for (OperatorSlice slice : subtask.unkeyed()) {
          unkeyed.merge(slice.name(), slice.count(), Integer::sum);
        }
        for (KeyedSlice slice : subtask.keyed()) {
          try (StoredBytes content = SnapshotReader.open(files, slice.handle())) {
            StoredRows rows = rows(operator.uid(), slice, content);
            keyType = rows.keyType().toString();
            rows.states().forEach(state -> keyed.put(state.name(), state));
            if (rows.panes() != null) {
              panes.add(rows.panes());
            }
          }
          filesBytes += slice.bytes() - slice.handle().length();
          for (int i = 0; i < slice.keyGroupCount(); i++) {
            bytes[slice.firstKeyGroup() + i] += slice.offsets()[i + 1] - slice.offsets()[i];
          }
        }
      }
      operators.add(
          new SavedOperator(
              operator.uid(),
              operator.subtasks().size(),
              operator.maxParallelism(),
              keyType,
              keyed,
              panes,
              filesBytes,
              bytes,
              unkeyed,
              items));
    }
    return operators;
  }

  /**
   * The state of an operator.
   *
   * @throws WeftException with code USER when there is none, with the operators that there are
   */
  Manifest.OperatorState operator(String uid) {
    for (Manifest.OperatorState operator : manifest.operators()) {
      if (operator.uid().equals(uid)) {
        return operator;
      }
    }
    throw new WeftException(
        ErrorCode.USER,
        String.format(
            "Checkpoint %d of job %s holds no state of an operator '%s'; it has those of %s",
            manifest.checkpointId(),
            manifest.jobId(),
            uid,
            manifest.operators().isEmpty()
                ? "none"
                : manifest.operators().stream()
                    .map(operator -> "'" + operator.uid() + "'")
                    .collect(Collectors.joining(", "))));
  }

  private static StoredRows rows(String uid, KeyedSlice slice, StoredBytes content) {
    String file = slice.handle().isInline() ? "the manifest" : slice.handle().path();
    return new StoredRows(slice, content, "operator " + uid + " in " + file);
  }

  /**
   * What a look at all bytes found.
   *
   * @param pieces how many pieces of state there are
   * @param bytes how many they have
   * @param damages of the pieces that are not what was written or can not be read, what is wrong
   */
  public record Verification(int pieces, long bytes, List<String> damages) {}

  /**
   * Reads all state, part by part where it has parts, and compares checksums.
   *
   * @param uid of the operator to look at; null for all
   */
  public Verification verify(String uid) {
    List<String> damages = new ArrayList<>();
    int pieces = 0;
    long bytes = 0;
    for (Manifest.OperatorState operator : manifest.operators()) {
      if (uid != null && !operator.uid().equals(uid)) {
        continue;
      }
      for (int subtask = 0; subtask < operator.subtasks().size(); subtask++) {
        for (Map.Entry<String, SnapshotHandle> piece : pieces(operator.subtasks().get(subtask))) {
          pieces++;
          bytes += piece.getValue().length();
          try {
            SnapshotReader.check(files, piece.getValue());
          } catch (WeftException e) {
            damages.add(
                String.format(
                    "operator %s, subtask %d, %s: %s",
                    operator.uid(), subtask, piece.getKey(), e.getMessage()));
          }
        }
      }
    }
    return new Verification(pieces, bytes, damages);
  }

  /** What a subtask has, with words for what each is. */
  private static List<Map.Entry<String, SnapshotHandle>> pieces(OperatorSnapshot subtask) {
    List<Map.Entry<String, SnapshotHandle>> pieces = new ArrayList<>();
    for (KeyedSlice slice : subtask.keyed()) {
      String groups =
          "key groups "
              + slice.firstKeyGroup()
              + " to "
              + (slice.firstKeyGroup() + slice.keyGroupCount() - 1);
      pieces.add(Map.entry(groups, slice.handle()));
      for (KeyedSlice.File file : slice.files()) {
        pieces.add(Map.entry(groups + ", file " + file.name(), file.handle()));
      }
    }
    for (OperatorSlice slice : subtask.unkeyed()) {
      pieces.add(Map.entry("operator state " + slice.name(), slice.handle()));
    }
    return pieces;
  }

  /**
   * Goes through the keyed state of an operator: rows and timers of each slice, then its panes.
   *
   * @param databases open what lies in files of a database
   * @param scratch a local directory for them, as a URI
   * @throws IOException when such files can not be read or do not fit on the disk
   */
  public void forEach(
      String uid, RowDatabases databases, String scratch, StoredRows.Visitor visitor)
      throws IOException {
    Manifest.OperatorState operator = operator(uid);
    for (OperatorSnapshot subtask : operator.subtasks()) {
      forEach(uid, subtask.keyed(), visitor);
      for (KeyedSlice slice : subtask.keyed()) {
        if (!slice.files().isEmpty() && !visitor.done()) {
          RowDatabases.Place place =
              new RowDatabases.Place(scratch + "/saved-" + opened++, () -> {});
          try (RowDatabase database =
                  databases.open(
                      place, new SnapshotReader.SliceContent(CheckpointFiles.of(files), slice));
              StoredBytes content = SnapshotReader.open(files, slice.handle())) {
            new SavedDatabase(
                    database,
                    rows(uid, slice, content),
                    operator.maxParallelism(),
                    "operator " + uid)
                .forEach(visitor);
          }
        }
      }
    }
  }

  /** The newest slice comes first: what it says of a key counts, and all timers are in it. */
  private void forEach(String uid, List<KeyedSlice> slices, StoredRows.Visitor visitor) {
    Set<Object> known = new HashSet<>();
    boolean continued = false;
    for (int i = slices.size() - 1; i >= 0 && !visitor.done(); i--) {
      try (StoredBytes content = SnapshotReader.open(files, slices.get(i).handle())) {
        StoredRows slice = rows(uid, slices.get(i), content);
        forEach(slice, known, continued, visitor);
        continued = slice.isIncrement();
      }
    }
  }

  /**
   * Goes through one slice.
   *
   * @param known the keys of which newer slices speak; grows by those of an increment, and is empty
   *     afterwards when the slice continues none
   * @param continued whether a newer slice continues it
   */
  private static void forEach(
      StoredRows slice, Set<Object> known, boolean continued, StoredRows.Visitor visitor) {
    List<Object> seen = new ArrayList<>();
    slice.forEach(
        new StoredRows.Visitor() {
          @Override
          public void removed(Object key) {
            seen.add(key);
          }

          @Override
          public void row(StoredRows.Row row) {
            if (slice.isIncrement()) {
              seen.add(row.key());
            }
            if (!known.contains(row.key())) {
              visitor.row(row);
            }
          }

          @Override
          public void timer(StoredRows.Timer timer) {
            if (!continued) {
              visitor.timer(timer);
            }
          }

          @Override
          public void pane(StoredRows.Pane pane) {
            visitor.pane(pane);
          }

          @Override
          public boolean done() {
            return visitor.done();
          }
        });
    known.addAll(seen);
    if (!slice.isIncrement()) {
      known.clear();
    }
  }
}
