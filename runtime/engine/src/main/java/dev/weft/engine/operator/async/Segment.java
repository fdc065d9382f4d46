package dev.weft.engine.operator.async;

import java.util.ArrayDeque;

/** Calls whose answers may overtake one another, and the watermark that closes them, if any. */
final class Segment {
  final ArrayDeque<Call> ready = new ArrayDeque<>();
  int pending;
  long watermark = Long.MIN_VALUE;
}
