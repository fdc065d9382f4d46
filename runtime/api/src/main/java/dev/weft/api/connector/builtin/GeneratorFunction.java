package dev.weft.api.connector.builtin;

import dev.weft.api.connector.SourceReaderContext;
import dev.weft.api.functions.Function;

/**
 * Makes a record of a value, for a {@link DataGeneratorSource} of an index. The same index must
 * give the same record, so that the source can be replayed.
 *
 * @param <T> what records are made of
 * @param <O> the records
 */
@FunctionalInterface
public interface GeneratorFunction<T, O> extends Function {
  /** Called once in each reader before the first record. */
  default void open(SourceReaderContext readerContext) throws Exception {}

  /** Called once after the last record. */
  default void close() throws Exception {}

  /** Returns the record. */
  O map(T value) throws Exception;
}
