package dev.weft.engine.checkpoint;

/**
 * Rules that production always keeps and that the simulator breaks one at a time, to prove that it
 * would notice. Production uses {@link #ALL}; only constructors that are not public take another.
 *
 * @param commitAfterRegistration whether output is committed only once the checkpoint that covers
 *     it is registered
 * @param keepFilesOnLostLeadership whether a leader that lost its leadership leaves all files alone
 * @param savepoints those of savepoints
 * @param increments those of checkpoints that continue earlier ones
 */
public record Safeguards(
    boolean commitAfterRegistration,
    boolean keepFilesOnLostLeadership,
    OfSavepoints savepoints,
    OfIncrements increments) {
  /** Every rule is kept. */
  public static final Safeguards ALL =
      new Safeguards(
          true, true, new OfSavepoints(true, true, true, true), new OfIncrements(true, true));

  /**
   * Rules of checkpoints that continue earlier ones.
   *
   * @param keepReferenced whether a directory stays as long as a kept checkpoint names files in it
   * @param refuseUnkept whether a checkpoint is given up when it names files of earlier ones that
   *     no kept checkpoint names
   */
  public record OfIncrements(boolean keepReferenced, boolean refuseUnkept) {}

  /**
   * Rules of savepoints.
   *
   * @param commitNothing whether a savepoint that the job goes on after leaves output alone
   * @param recordStops whether an order to stop is recorded before anything is done for it
   * @param commitBeforeEnd whether a job that is stopped ends only when its output is committed
   * @param leaveUnclaimed whether a savepoint that was not claimed is never deleted
   */
  public record OfSavepoints(
      boolean commitNothing,
      boolean recordStops,
      boolean commitBeforeEnd,
      boolean leaveUnclaimed) {}
}
