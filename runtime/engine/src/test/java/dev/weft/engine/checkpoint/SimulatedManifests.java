package dev.weft.engine.checkpoint;

import java.io.IOException;

/** Lets the simulator read manifests from bytes. */
public final class SimulatedManifests {
  private SimulatedManifests() {}

  /**
   * Reads a manifest.
   *
   * @throws IOException when it is damaged or not the one that was registered
   */
  public static Manifest read(RegisteredCheckpoint registered, byte[] sealed) throws IOException {
    if (sealed == null) {
      throw new IOException("the manifest " + registered.manifestPath() + " is not there");
    }
    if (sealed.length != registered.manifestBytes()
        || ChecksummedFile.checksumOf(sealed) != registered.manifestCrc32c()) {
      throw new IOException("the manifest " + registered.manifestPath() + " is another file");
    }
    return Manifest.CODEC
        .fromBytes(ChecksummedFile.open(sealed, registered.manifestPath()))
        .resolvedAgainst(registered.directory());
  }
}
