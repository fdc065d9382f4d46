package dev.weft.engine.worker;

/**
 * Rules that production always keeps and that the simulator breaks, to prove that it would notice.
 * Production uses {@link #ALL}; only constructors that are not public take another.
 *
 * @param acknowledgeAfterUpload whether a part of a checkpoint is acknowledged only once every byte
 *     of it is durable
 */
public record Safeguards(boolean acknowledgeAfterUpload) {
  /** Every rule is kept. */
  public static final Safeguards ALL = new Safeguards(true);
}
