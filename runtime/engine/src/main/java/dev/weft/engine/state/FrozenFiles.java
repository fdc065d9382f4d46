package dev.weft.engine.state;

import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.protocol.SnapshotHandle;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The files of a database as they were, and the columns and timers beside them. Files that the
 * checkpoint before has are not written again.
 */
final class FrozenFiles implements FrozenState {
  private final FrozenRows beside;
  private final RowDatabase.Files files;
  private final Map<String, SnapshotHandle> known;
  private final Consumer<List<KeyedSlice.File>> whenPlaced;

  /**
   * A frozen state.
   *
   * @param beside everything but the rows
   * @param known where the files of the checkpoint before lie, by name
   * @param whenPlaced hears where all files lie
   */
  FrozenFiles(
      FrozenRows beside,
      RowDatabase.Files files,
      Map<String, SnapshotHandle> known,
      Consumer<List<KeyedSlice.File>> whenPlaced) {
    this.beside = beside;
    this.files = files;
    this.known = known;
    this.whenPlaced = whenPlaced;
  }

  private record Linked(RowDatabase.Files files, String name, boolean fixed, SnapshotHandle known)
      implements StateFile {
    @Override
    public InputStream open() throws IOException {
      return files.open(name);
    }

    @Override
    public void link(String target) throws IOException {
      files.link(name, target);
    }
  }

  @Override
  public int formatVersion() {
    return beside.formatVersion();
  }

  @Override
  public int firstKeyGroup() {
    return beside.firstKeyGroup();
  }

  @Override
  public long[] write(ByteSink target, Drain drain) throws IOException {
    return beside.write(target, drain);
  }

  @Override
  public List<StateFile> files() {
    return files.list().stream().map(this::linked).toList();
  }

  private StateFile linked(RowDatabase.Files.Entry entry) {
    SnapshotHandle handle = entry.fixed() ? known.get(entry.name()) : null;
    boolean same = handle != null && handle.length() == entry.length();
    return new Linked(files, entry.name(), entry.fixed(), same ? handle : null);
  }

  @Override
  public void placed(List<KeyedSlice.File> placed) {
    whenPlaced.accept(placed);
  }

  @Override
  public void release() {
    beside.release();
  }
}
