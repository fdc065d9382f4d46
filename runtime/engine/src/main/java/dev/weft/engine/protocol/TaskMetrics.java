package dev.weft.engine.protocol;

/** Counters of a running subtask since its attempt began. */
public record TaskMetrics(
    TaskId task,
    int attempt,
    long recordsIn,
    long recordsOut,
    long bytesIn,
    long bytesOut,
    long watermark,
    long busyNanos,
    long lateRecordsDropped) {}
