package dev.weft.engine.protocol;

/**
 * Bytes of a snapshot: a range of a file, or the bytes themselves when they are few.
 *
 * @param path the file; empty when the bytes are inline
 * @param offset where in the file
 * @param length how many bytes
 * @param crc32c checksum of the bytes
 * @param inline the bytes, or empty
 * @param parts checksums of parts, by which the bytes can be read without holding all of them; null
 *     where they are few, and in those of earlier versions
 */
public record SnapshotHandle(
    String path, long offset, long length, int crc32c, byte[] inline, @Nullable Parts parts) {
  /** Snapshots up to so many bytes travel in the acknowledgement and lie in the manifest. */
  public static final int INLINE_BYTES_MAX = 8 * 1024;

  /** Bytes without parts. */
  public SnapshotHandle(String path, long offset, long length, int crc32c, byte[] inline) {
    this(path, offset, length, crc32c, inline, null);
  }

  /**
   * Parts that lie one behind the other.
   *
   * @param bytes the length of each but the last, which has what is left
   * @param checksums the CRC32C of each
   */
  public record Parts(int bytes, long[] checksums) {}

  /** Whether the bytes are in this handle. */
  public boolean isInline() {
    return path.isEmpty();
  }
}
