package dev.weft.engine.state;

import dev.weft.api.types.TypeInformation;

/** Makes state stores. */
public final class StateStores {
  private StateStores() {}

  /**
   * A store on the heap.
   *
   * @param operator name and place, for messages
   * @param keyType the type of the keys
   * @param firstKeyGroup the first group of the subtask
   * @param endKeyGroup the first group after it
   * @param maxParallelism how many groups there are
   */
  public static StateStore heap(
      String operator,
      TypeInformation<?> keyType,
      int firstKeyGroup,
      int endKeyGroup,
      int maxParallelism) {
    throw new UnsupportedOperationException(operator);
  }
}
