package dev.weft.engine.simulated;

import dev.weft.engine.world.Oddity;
import java.util.Set;

/**
 * Chances of faults that happen by themselves; kills and pauses are called for explicitly.
 *
 * @param linkBreaks per frame sent: the connection breaks and the frame is lost
 * @param frameDelayMicrosMax the longest a frame takes
 * @param fileFails per file call: an I/O error and nothing happened
 * @param fileReplyLost per changing file call: it happened, but an I/O error is reported
 * @param coordinationFails per call: an I/O error and nothing happened
 * @param coordinationReplyLost per write: it happened, but an I/O error is reported
 * @param backgroundMicrosMax the longest a piece of background work takes
 * @param oddities what production code is made to do now and then
 */
public record SimulatedFaults(
    double linkBreaks,
    long frameDelayMicrosMax,
    double fileFails,
    double fileReplyLost,
    double coordinationFails,
    double coordinationReplyLost,
    long backgroundMicrosMax,
    Set<Oddity> oddities) {
  /** No faults and short delays. */
  public static final SimulatedFaults NONE =
      new SimulatedFaults(0, 500, 0, 0, 0, 0, 2000, Set.of());

  /** Faults of these chances, and nothing odd. */
  public SimulatedFaults(
      double linkBreaks,
      long frameDelayMicrosMax,
      double fileFails,
      double fileReplyLost,
      double coordinationFails,
      double coordinationReplyLost,
      long backgroundMicrosMax) {
    this(
        linkBreaks,
        frameDelayMicrosMax,
        fileFails,
        fileReplyLost,
        coordinationFails,
        coordinationReplyLost,
        backgroundMicrosMax,
        Set.of());
  }
}
