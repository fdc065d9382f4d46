package dev.weft.api.state;

import java.util.Set;

/**
 * States of an operator as a whole, one instance in every subtask. They differ in who gets what
 * when the job is restored with another parallelism. A name stands for one state; asking again with
 * the same declaration gives the same state, with another fails with code USER. What a checkpoint
 * holds under a name that is not asked for stays in the next checkpoints.
 */
public interface OperatorStateStore {
  /**
   * A list whose elements are divided: with another parallelism each element of any subtask's list
   * comes to exactly one subtask, and each gets about as many as any other.
   */
  <S> ListState<S> getListState(ListStateDescriptor<S> stateDescriptor);

  /** A list that is joined: after a restore every subtask has the elements of all. */
  <S> ListState<S> getUnionListState(ListStateDescriptor<S> stateDescriptor);

  /**
   * A map that is the same in all subtasks, because all of them change it in the same way; a new
   * subtask starts with the map of another.
   */
  <K, V> BroadcastState<K, V> getBroadcastState(MapStateDescriptor<K, V> stateDescriptor);

  /** The names of the lists that were asked for or restored. */
  Set<String> getRegisteredStateNames();

  /** The names of the broadcast states that were asked for or restored. */
  Set<String> getRegisteredBroadcastStateNames();
}
