package dev.weft.engine.worker;

/**
 * Rules that production always keeps and that the simulator breaks, to prove that it would notice.
 * Production uses {@link #ALL}.
 *
 * @param acknowledgeAfterUpload whether a part of a checkpoint is acknowledged only once every byte
 *     of it is durable
 * @param keepOvertaken whether records that a barrier overtook are part of the checkpoint
 */
public record Safeguards(boolean acknowledgeAfterUpload, boolean keepOvertaken) {
  /** Every rule is kept. */
  public static final Safeguards ALL = new Safeguards(true, true);
}
