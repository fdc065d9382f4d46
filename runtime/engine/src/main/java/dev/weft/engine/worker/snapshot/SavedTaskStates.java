package dev.weft.engine.worker.snapshot;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.SuppressRestartsException;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileStore;
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.operator.Operator;
import dev.weft.engine.operator.saved.OperatorPart;
import dev.weft.engine.operator.saved.OperatorPiece;
import dev.weft.engine.operator.saved.SavedStates;
import dev.weft.engine.operator.saved.SavepointDraft;
import dev.weft.engine.operator.saved.SnapshotCatalog;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.protocol.OperatorSlice;
import dev.weft.engine.protocol.OperatorSnapshot;
import dev.weft.engine.state.StateBackend;
import dev.weft.engine.state.StateStore;
import dev.weft.engine.state.unkeyed.UnkeyedStates;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Opens the state of snapshots that a task reads as data, and writes what it gathered as such. */
public final class SavedTaskStates implements SavedStates {
  private final FileStore files;
  private final SnapshotCatalog catalog;
  private final StateBackend states;
  private final Writing writing;
  private final String scratch;
  private int opened;

  /**
   * For one operator of a task.
   *
   * @param states where keyed state lies
   * @param scratch how the names of its temporary files begin
   */
  public SavedTaskStates(
      FileStore files,
      SnapshotCatalog catalog,
      StateBackend states,
      Writing writing,
      String scratch) {
    this.files = files;
    this.catalog = catalog;
    this.states = states;
    this.writing = writing;
    this.scratch = scratch;
  }

  @Override
  public OperatorPart find(String path, String uid, int part, int parts) {
    return lasting(() -> catalog.find(files, path, uid, part, parts));
  }

  @Override
  public String describe(OperatorPart operator) {
    return lasting(() -> catalog.describe(files, operator.path(), operator.uid()));
  }

  @Override
  public StateStore keyed(OperatorPart operator, TypeInformation<?> keyType) {
    StateBackend.Site site =
        new StateBackend.Site(
            operator.describe(),
            keyType,
            operator.groups(),
            scratch + "-saved-" + opened++,
            false,
            () -> {},
            () -> {});
    return lasting(
        () ->
            open(
                states.anywhere(),
                site,
                operator.state().keyed(),
                CheckpointFiles.of(files),
                operator.checkpointId()));
  }

  @Override
  public UnkeyedStates unkeyed(OperatorPart operator) {
    return lasting(
        () -> {
          UnkeyedStates states = new UnkeyedStates(operator.describe());
          for (OperatorSlice slice : operator.state().unkeyed()) {
            states.restore(slice, SnapshotReader.read(files, slice.handle()));
          }
          return states;
        });
  }

  /** Work with files that may refuse. */
  private interface Work<T, E extends Exception> {
    T run() throws E;
  }

  /** A snapshot that is not there, damaged or does not fit is so in the next attempt, too. */
  private static <T, E extends Exception> T lasting(Work<T, E> work) throws E {
    try {
      return work.run();
    } catch (WeftException e) {
      if (e.code() == ErrorCode.USER || e.code() == ErrorCode.DATA) {
        throw new SuppressRestartsException(e);
      }
      throw e;
    }
  }

  /** Writes the state of an operator. */
  public interface Writing {
    /** Writes into a new file of a directory what is too large for the manifest. */
    OperatorSnapshot write(String directory, String uid, Operator.Snapshot snapshot)
        throws IOException;
  }

  @Override
  public void checkFree(String directory) throws IOException {
    check(new SavepointDraft("", directory, "", List.of(), List.of()));
  }

  @Override
  public OperatorSnapshot write(String directory, String uid, Operator.Snapshot snapshot)
      throws IOException {
    files.createDirectories(directory);
    return writing.write(directory, uid, snapshot);
  }

  @Override
  public void check(SavepointDraft draft) throws IOException {
    lasting(
        () -> {
          catalog.check(files, draft);
          return null;
        });
  }

  @Override
  public byte[] assemble(SavepointDraft draft, List<OperatorPiece> pieces) throws IOException {
    return lasting(() -> catalog.assemble(files, draft, pieces));
  }

  /** Opens a store with slices of a snapshot. */
  public static StateStore open(
      StateBackend states,
      StateBackend.Site site,
      List<KeyedSlice> slices,
      CheckpointFiles files,
      long checkpointId) {
    List<StateBackend.Part> parts = new ArrayList<>();
    for (KeyedSlice slice : slices) {
      parts.add(
          new StateBackend.Part(
              checkpointId,
              slice,
              () -> SnapshotReader.open(files.store(), slice.handle()),
              new SnapshotReader.SliceContent(files, slice)));
    }
    try {
      return states.open(site, parts);
    } catch (IOException e) {
      throw new WeftException(
          ErrorCode.RESOURCE,
          "The state of " + site.operator() + " could not be restored: " + e,
          e);
    }
  }
}
