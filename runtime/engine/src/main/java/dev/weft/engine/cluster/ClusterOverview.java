package dev.weft.engine.cluster;

/**
 * The cluster in numbers.
 *
 * @param waiting why wanted workers are not there, in a line; empty when all are
 */
public record ClusterOverview(
    int workers, int slotsTotal, int slotsFree, JobCounts jobs, String waiting) {

  /** How many jobs there are in each kind of state. */
  public record JobCounts(int running, int finished, int cancelled, int failed) {}
}
