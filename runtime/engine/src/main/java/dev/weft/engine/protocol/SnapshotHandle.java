package dev.weft.engine.protocol;

/**
 * Bytes of a snapshot: a range of a file, or the bytes themselves when they are few.
 *
 * @param path the file; empty when the bytes are inline
 * @param offset where in the file
 * @param length how many bytes
 * @param crc32c checksum of the bytes
 * @param inline the bytes, or empty
 */
public record SnapshotHandle(String path, long offset, long length, int crc32c, byte[] inline) {
  /** Snapshots up to so many bytes travel in the acknowledgement and lie in the manifest. */
  public static final int INLINE_BYTES_MAX = 8 * 1024;

  /** Whether the bytes are in this handle. */
  public boolean isInline() {
    return path.isEmpty();
  }
}
