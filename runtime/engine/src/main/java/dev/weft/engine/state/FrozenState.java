package dev.weft.engine.state;

import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.protocol.SnapshotHandle;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** Keyed state as it was at a barrier. Written by one thread, which need not be the task's. */
public interface FrozenState {
  /** The version of the bytes that {@link #write} makes. */
  int formatVersion();

  /** The first key group of the subtask. */
  int firstKeyGroup();

  /**
   * Writes everything that does not lie in files, in the order of key groups.
   *
   * @param drain asked again and again whether it takes what is in the target
   * @return where each key group begins, relative to the first byte written here, and at last the
   *     end
   * @throws IOException when the drain does
   */
  long[] write(ByteSink target, Drain drain) throws IOException;

  /** As {@link #write(ByteSink, Drain)}, all into the target. */
  default long[] write(ByteSink target) {
    try {
      return write(target, full -> 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes bytes out of memory. */
  interface Drain {
    /**
     * May empty a sink.
     *
     * @return how many bytes were taken
     */
    long drain(ByteSink full) throws IOException;
  }

  /** The files that belong to it. */
  default List<StateFile> files() {
    return List.of();
  }

  /** Where the files lie now; called when all are written. */
  default void placed(List<KeyedSlice.File> files) {}

  /** The slices that what is written here continues; empty when it stands alone. */
  default List<KeyedSlice> before() {
    return List.of();
  }

  /**
   * Says what the checkpoint consists of, before {@link #release}.
   *
   * @param slices those of {@link #before} and the one that was written
   */
  default void written(List<KeyedSlice> slices) {}

  /** Lets the store forget that it was frozen; to be called once, on any thread. */
  void release();

  /** A file of a state. */
  interface StateFile {
    /** Its name within the state. */
    String name();

    /** Where an earlier checkpoint that is kept has its bytes; null when it has to be written. */
    SnapshotHandle known();

    /** Its bytes. */
    InputStream open() throws IOException;

    /** Whether it never changes, so that it may lie in another place too. */
    boolean fixed();

    /** As {@link RowDatabase.Files#link}. */
    void link(String target) throws IOException;
  }
}
