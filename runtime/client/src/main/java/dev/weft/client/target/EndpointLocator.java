package dev.weft.client.target;

import java.io.IOException;

/** Finds where the leader's REST interface is now. */
@FunctionalInterface
public interface EndpointLocator {
  /**
   * The present endpoint; asked again when calls to an earlier answer fail.
   *
   * @throws IOException when there is no leader now
   */
  RestEndpoint locate() throws IOException;
}
