package dev.weft.api.functions;

/**
 * Chooses the subtask of the next step for each record, see {@code partitionCustom}. Equal keys
 * should get equal numbers. Called by one thread per subtask.
 *
 * @param <K> the key
 */
@FunctionalInterface
public interface Partitioner<K> extends Function {
  /** A number from 0 to {@code numPartitions - 1}; any other fails the job. */
  int partition(K key, int numPartitions);
}
