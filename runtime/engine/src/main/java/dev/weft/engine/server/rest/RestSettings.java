package dev.weft.engine.server.rest;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.JobManagerOptions;
import dev.weft.api.config.RestOptions;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How the REST interface is served.
 *
 * @param bindHost the address to listen on
 * @param advertisedHost the host in links
 * @param ports one port, a range, or 0
 * @param uploadBytesMax the largest submission
 * @param uploadDirectory a local directory for submissions that come in
 */
public record RestSettings(
    String bindHost,
    String advertisedHost,
    String ports,
    long uploadBytesMax,
    Path uploadDirectory) {

  /** What the options say; where they say nothing, the JobManager's host is listened on. */
  public static RestSettings of(Configuration configuration, Path uploadDirectory) {
    String address =
        Optional.ofNullable(configuration.get(RestOptions.ADDRESS))
            .orElseGet(() -> configuration.get(JobManagerOptions.ADDRESS));
    return new RestSettings(
        Optional.ofNullable(configuration.get(RestOptions.BIND_ADDRESS)).orElse(address),
        address,
        Optional.ofNullable(configuration.get(RestOptions.BIND_PORT))
            .orElseGet(() -> String.valueOf(configuration.get(RestOptions.PORT))),
        configuration.get(RestOptions.UPLOAD_MAX).bytes(),
        uploadDirectory);
  }
}
