package dev.weft.engine.operator.async;

import java.util.Collection;

/** A record in flight. */
final class Call {
  final Object record;
  final long timestamp;
  final Segment segment;
  final long deadline;
  int attempts;
  boolean timedOut;
  Attempt current;
  long retryAt;
  Collection<Object> results;

  Call(Object record, long timestamp, Segment segment, long deadline) {
    this.record = record;
    this.timestamp = timestamp;
    this.segment = segment;
    this.deadline = deadline;
  }

  long retryAt() {
    return retryAt;
  }
}
