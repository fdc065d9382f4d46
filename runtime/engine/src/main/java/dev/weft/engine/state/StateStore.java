package dev.weft.engine.state;

import dev.weft.api.state.ListState;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.state.MapState;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.engine.batch.stored.StoredBytes;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.state.panes.KeyedAnnex;
import dev.weft.engine.state.panes.PaneTable;
import dev.weft.engine.state.panes.StoredPanes;
import java.util.Collection;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * All keyed state and all timers of one operator of one subtask. All states of one key sit in one
 * row. Used by one thread; only {@link FrozenState} may go to another.
 *
 * <p>States are declared, then slices restored, then keys selected. A restored state that is not
 * declared yet is kept and found when it is.
 */
public interface StateStore extends AutoCloseable {
  /**
   * Makes the row of a key the current one.
   *
   * @param hash the key's stable hash
   */
  void selectKey(Object key, int hash);

  /**
   * Says which keys are selected next: a store may fetch their rows together. Only a hint.
   *
   * @param hashes the keys' stable hashes
   * @param size how many there are
   */
  default void expect(Object[] keys, int[] hashes, int size) {}

  /** The current key, or null before the first. */
  Object currentKey();

  /** No key is current any more: using a state or a timer fails until the next is selected. */
  void selectNoKey();

  /** What is done for a key while it is the current one. */
  interface KeyAction {
    /** Handles the key; it may change the key's states, and no other's. */
    void run(Object key) throws Exception;
  }

  /**
   * Runs an action for each key that has something in a state, each being the current key
   * meanwhile; afterwards there is none.
   */
  void forEachKey(String state, KeyAction action) throws Exception;

  /** Goes through keys. */
  interface KeyCursor {
    /** Makes the next key the current one; false after the last, when none is. */
    boolean next();
  }

  /**
   * Goes through the keys of a group that have something in one of some states, in an order that is
   * the same for the same snapshot. States must not change meanwhile.
   */
  KeyCursor keys(int keyGroup, Collection<String> states);

  /** Hears of the keys and times of all timers of a key group. */
  void forEachTimer(int keyGroup, boolean eventTime, BiConsumer<Object, Long> visitor);

  /** The names of all states that were declared or restored. */
  Set<String> stateNames();

  /** Forgets all states of the current key, but not its timers. */
  void dropKey();

  /**
   * A state of one value.
   *
   * @throws dev.weft.api.error.WeftException with code USER when the name is taken by a state of
   *     another type, naming both
   */
  <T> ValueState<T> value(ValueStateDescriptor<T> descriptor);

  /** A state of a list. */
  <T> ListState<T> list(ListStateDescriptor<T> descriptor);

  /** A state of a map. */
  <K, V> MapState<K, V> map(MapStateDescriptor<K, V> descriptor);

  /**
   * Says that the values of a declared state expire. A store may drop what has expired, or leave
   * that to whoever reads it.
   */
  default void expire(String state, Expiry expiry) {}

  /**
   * Looks through some rows for what has expired and drops it.
   *
   * @param records how many records were handled since the last call
   */
  default void sweep(int records) {}

  /** Whether the store takes an annex; otherwise it has {@link #panes} of its own. */
  default boolean takesAnnex() {
    return false;
  }

  /**
   * Makes what an operator keeps beside the rows part of this store's snapshots, and gives it what
   * was restored. To be called once, before any key is selected, where {@link #takesAnnex()}.
   */
  default void attach(KeyedAnnex annex) {
    throw new UnsupportedOperationException("this store takes no annex");
  }

  /**
   * Panes in the store's database, with what was restored. To be called once, before any key is
   * selected, where the store takes no annex.
   *
   * @throws dev.weft.api.error.WeftException with code USER when panes of another layout were
   *     restored
   */
  default StoredPanes panes(PaneTable.Layout layout) {
    throw new UnsupportedOperationException("this store has no database");
  }

  /** The layout of the panes that were restored and not opened yet, in words; null without any. */
  default String restoredPanes() {
    return null;
  }

  /** Whether a state of this name was declared or restored. */
  boolean hasState(String name);

  /** Whether any state was declared or restored, or a timer may be set. */
  boolean hasStates();

  /** The timers. */
  TimerTable timers();

  /** Keys with a row. */
  long keyCount();

  /**
   * Fixes the present content for a checkpoint without copying all of it. At most one frozen state
   * is open at a time.
   */
  FrozenState freeze(long checkpointId);

  /**
   * Says how the next freeze is to be.
   *
   * @param baseCheckpointId the newest checkpoint that is complete and kept, which may be continued
   *     and whose files may be referred to; 0 for none
   * @param selfContained whether the frozen state is to be readable by any store, without files
   */
  default void nextFreeze(long baseCheckpointId, boolean selfContained) {}

  /**
   * Takes in the key groups of a slice that belong to this subtask. The slice has no files; one
   * that continues others comes after them.
   *
   * @param bytes all bytes of the slice's handle; to be closed by the caller
   */
  void restore(KeyedSlice slice, StoredBytes bytes);

  @Override
  void close();
}
