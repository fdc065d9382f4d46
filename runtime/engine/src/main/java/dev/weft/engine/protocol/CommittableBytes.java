package dev.weft.engine.protocol;

/**
 * Staged output of a sink.
 *
 * @param sinkUid the sink
 * @param checkpointId the checkpoint whose barrier closed it
 * @param subtask the writer
 * @param attempt the job's attempt that wrote it
 * @param index distinguishes the committables of one writer and checkpoint
 * @param version of the serializer
 * @param bytes what the sink's serializer made
 */
public record CommittableBytes(
    String sinkUid,
    long checkpointId,
    int subtask,
    int attempt,
    int index,
    int version,
    byte[] bytes) {
  /** The identity, the same for the same committable sent twice. */
  public String transactionId() {
    return sinkUid + ":" + checkpointId + ":" + subtask + ":" + attempt + ":" + index;
  }
}
