package dev.weft.engine.checkpoint;

import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Small files whose damage is noticed: the content, then its CRC32C in four bytes, highest first.
 * Calls block.
 */
public final class ChecksummedFile {
  private static final int TRAILER_BYTES = 4;
  private static final long FILE_BYTES_MAX = 1L << 30;

  private ChecksummedFile() {}

  /** Content with its checksum behind. */
  public static byte[] seal(byte[] content) {
    return ByteBuffer.allocate(content.length + TRAILER_BYTES)
        .put(content)
        .putInt(checksum(content, content.length))
        .array();
  }

  /**
   * The content of sealed bytes.
   *
   * @param where for the message
   * @throws DamagedException when they are damaged
   */
  public static byte[] open(byte[] sealed, String where) throws IOException {
    int length = sealed.length - TRAILER_BYTES;
    if (length < 0) {
      throw new DamagedException(where + " is damaged: it has only " + sealed.length + " bytes");
    }
    int expected = ByteBuffer.wrap(sealed, length, TRAILER_BYTES).getInt();
    int found = checksum(sealed, length);
    if (found != expected) {
      throw new DamagedException(
          where
              + " is damaged: its checksum is "
              + Integer.toHexString(found)
              + ", recorded is "
              + Integer.toHexString(expected));
    }
    return Arrays.copyOf(sealed, length);
  }

  /** The checksum that a sealed file carries. */
  public static int checksumOf(byte[] sealed) {
    return ByteBuffer.wrap(sealed, sealed.length - TRAILER_BYTES, TRAILER_BYTES).getInt();
  }

  /**
   * Creates a file with sealed bytes; it must not exist, its directory must.
   *
   * @throws IOException when it is not known to be durable; it may exist nevertheless
   */
  public static void create(FileStore files, String path, byte[] sealed) throws IOException {
    FileOutput out = files.create(path);
    boolean written = false;
    try {
      out.write(sealed);
      written = true;
    } finally {
      if (!written) {
        out.abort();
      }
    }
    out.close();
  }

  /**
   * Reads and checks a file.
   *
   * @throws DamagedException when it is missing or damaged; trying again can not help
   * @throws IOException when it could not be read now
   */
  public static byte[] read(FileStore files, String path) throws IOException {
    return open(readSealed(files, path), "The file " + path);
  }

  /** Reads a file with its checksum behind, unchecked. */
  static byte[] readSealed(FileStore files, String path) throws IOException {
    try (FileInput in = files.open(path)) {
      if (in.length() > FILE_BYTES_MAX) {
        throw new IOException("The file " + path + " is too large: " + in.length() + " bytes");
      }
      return in.readAllBytes();
    } catch (NoSuchFileException e) {
      throw new DamagedException("The file " + path + " is missing");
    }
  }

  /** What was written is not there or not whole any more. */
  public static final class DamagedException extends IOException {
    /** Names the file and what is wrong with it. */
    public DamagedException(String message) {
      super(message);
    }
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
