package dev.weft.engine.operator;

import dev.weft.api.connector.InputStatus;
import java.util.List;

/** The first operator of a source's chain: polled instead of fed. */
public interface SourceOperator extends Operator {
  /** Emits about a batch of records, with watermarks. */
  InputStatus poll(Output out) throws Exception;

  /**
   * Splits from the enumerator.
   *
   * @param version of the split serializer
   */
  void addSplits(int version, List<byte[]> splits) throws Exception;

  /** No more splits will come. */
  void noMoreSplits() throws Exception;

  /** The reader pauses while its watermark is beyond this one. */
  void allow(long watermark);

  /**
   * Splits that came after the given checkpoint, in the form of the items of a snapshot (version,
   * then the serialised split as it was assigned), for a leader that takes the job over.
   */
  List<byte[]> splitsSince(long checkpointId);
}
