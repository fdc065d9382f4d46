package dev.weft.engine.operator;

import dev.weft.engine.batch.ObjectBatch;

/**
 * The loop over the rows of a batch around the calls of a user function. Stateless. An
 * implementation is a template for {@link dev.weft.engine.batch.HiddenCopies} and keeps to its
 * rules.
 *
 * @param <O> whose function is called
 */
public interface RowLoop<O> {
  /** Handles all rows. */
  void run(O owner, ObjectBatch batch, Output out) throws Exception;
}
