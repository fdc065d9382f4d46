package dev.weft.api.graph;

import dev.weft.api.functions.RichFunction;
import dev.weft.api.savepoint.KeyedStateBootstrapFunction;
import java.io.Serializable;
import java.util.List;

/** What a step does that writes a savepoint. Steps of this kind run in batches only. */
public sealed interface SavepointOperation extends Operation.Physical {
  /**
   * An operator of a savepoint.
   *
   * @param uid as the manifest names it
   * @param directory of the savepoint
   */
  record Target(String uid, String directory) implements Serializable {}

  /** Fills the keyed state of an operator. The input is keyed. */
  record BootstrapKeyed(KeyedStateBootstrapFunction<?, ?> function, Target target)
      implements SavepointOperation {}

  /** Fills lists or broadcast states of an operator. */
  record Bootstrap(RichFunction function, Target target) implements SavepointOperation {}

  /**
   * Makes the manifest of what the others wrote. One subtask.
   *
   * @param base the snapshot that the savepoint begins with; empty for none
   * @param removed the operators of the base that are left out
   * @param added the operators that are written
   */
  record Assemble(String directory, String base, List<String> removed, List<String> added)
      implements SavepointOperation {}
}
