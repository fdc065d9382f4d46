package dev.weft.chaos.job;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * What a subtask says of itself in a file: its process, when it was opened, and when it emitted for
 * the first and for the last time since, in milliseconds since 1970.
 */
final class SignOfLife implements AutoCloseable {
  private static final long SIGN_MILLIS = 5;

  private final RandomAccessFile file;
  private final ByteBuffer sign = ByteBuffer.allocate(4 * Long.BYTES);
  private final long openedMillis = System.currentTimeMillis();
  private long firstMillis;
  private long signedMillis;

  SignOfLife(String directory, int subtask) throws IOException {
    this.file = new RandomAccessFile(Path.of(directory, "sign-" + subtask).toFile(), "rw");
  }

  /** Notes that the subtask emits; whether that was written, which it is now and then. */
  boolean emits() throws IOException {
    long millis = System.currentTimeMillis();
    if (firstMillis == 0) {
      firstMillis = millis;
    }
    if (millis - signedMillis < SIGN_MILLIS) {
      return false;
    }
    signedMillis = millis;
    sign.clear();
    sign.putLong(ProcessHandle.current().pid()).putLong(openedMillis);
    sign.putLong(firstMillis).putLong(millis);
    file.seek(0);
    file.write(sign.array());
    return true;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
