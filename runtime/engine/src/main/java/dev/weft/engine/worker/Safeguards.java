package dev.weft.engine.worker;

/**
 * Rules that production always keeps and that the simulator breaks, to prove that it would notice.
 * Production uses {@link #ALL}.
 *
 * @param acknowledgeAfterUpload whether a part of a checkpoint is acknowledged only once every byte
 *     of it is durable
 * @param keepOvertaken whether records that a barrier overtook are part of the checkpoint
 * @param continueRegistered whether state continues no other checkpoint than the one that the
 *     leader named, which is registered
 */
public record Safeguards(
    boolean acknowledgeAfterUpload, boolean keepOvertaken, boolean continueRegistered) {
  /** Every rule is kept. */
  public static final Safeguards ALL = new Safeguards(true, true, true);
}
