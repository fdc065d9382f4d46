package dev.weft.api.connector.builtin;

import dev.weft.api.functions.Function;

/**
 * Makes a record of an index. The same index must give the same record, so that the source can be
 * replayed.
 *
 * @param <T> the records
 */
@FunctionalInterface
public interface GeneratorFunction<T> extends Function {
  /** Returns the record of an index. */
  T generate(long index) throws Exception;
}
