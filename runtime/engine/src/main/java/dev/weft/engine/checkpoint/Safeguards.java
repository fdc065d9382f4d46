package dev.weft.engine.checkpoint;

/**
 * Rules that production always keeps and that the simulator breaks one at a time, to prove that it
 * would notice. Production uses {@link #ALL}; only constructors that are not public take another.
 *
 * @param commitAfterRegistration whether output is committed only once the checkpoint that covers
 *     it is registered
 * @param keepFilesOnLostLeadership whether a leader that lost its leadership leaves all files alone
 */
public record Safeguards(boolean commitAfterRegistration, boolean keepFilesOnLostLeadership) {
  /** Every rule is kept. */
  public static final Safeguards ALL = new Safeguards(true, true);
}
