package dev.weft.engine.checkpoint;

import java.util.List;

/**
 * A complete checkpoint as the journal knows it.
 *
 * @param epoch of the leader that took it
 * @param manifestPath its manifest
 * @param manifestBytes the manifest's length
 * @param manifestCrc32c the manifest's checksum
 * @param last whether all input was processed
 * @param files that its handles name; never deleted while it is registered
 */
public record RegisteredCheckpoint(
    long id,
    long epoch,
    String manifestPath,
    long manifestBytes,
    int manifestCrc32c,
    boolean last,
    List<String> files) {
  /** The directory of the manifest. */
  public String directory() {
    return manifestPath.substring(0, manifestPath.lastIndexOf('/'));
  }
}
