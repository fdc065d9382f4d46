package dev.weft.engine.checkpoint;

import dev.weft.engine.protocol.CommittableBytes;
import java.io.IOException;
import java.util.List;

/** A sink's committer behind the serializer of the sink. Calls block and come one at a time. */
public interface SinkPublisher extends AutoCloseable {
  /**
   * Makes staged output visible that is due; what is visible already is left alone.
   *
   * @param all whether nothing may wait
   * @return what waits, to be given again with what comes next
   * @throws IOException when it may be tried again
   * @throws dev.weft.api.error.WeftException when trying again can not help
   */
  List<CommittableBytes> commit(List<CommittableBytes> committables, boolean all)
      throws IOException;

  /** The job ended: removes what is staged and not committed. */
  void finish(boolean succeeded) throws IOException;

  @Override
  void close() throws IOException;

  /** Opens the publishers of a job's sinks. */
  interface Factory {
    /** Opens the publisher of a sink; may block. */
    SinkPublisher open(String sinkUid) throws Exception;
  }
}
