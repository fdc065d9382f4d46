package dev.weft.connectors.hive.orc;

import dev.weft.api.fs.FileInput;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.fs.PositionedReadable;
import org.apache.hadoop.fs.Seekable;

/** An input of the file store as Hadoop's libraries read it. */
final class StoreInput extends InputStream implements Seekable, PositionedReadable {
  private final FileInput input;
  private final StoreFileSystem owner;

  StoreInput(FileInput input, StoreFileSystem owner) {
    this.input = input;
    this.owner = owner;
  }

  @Override
  public int read() throws IOException {
    try {
      return input.read();
    } catch (IOException e) {
      throw owner.noted(e);
    }
  }

  @Override
  public int read(byte[] target, int start, int count) throws IOException {
    try {
      return input.read(target, start, count);
    } catch (IOException e) {
      throw owner.noted(e);
    }
  }

  @Override
  public int read(long position, byte[] target, int start, int count) throws IOException {
    if (position < 0 || position >= input.length()) {
      return -1;
    }
    long before = getPos();
    seek(position);
    int read = read(target, start, count);
    seek(before);
    return read;
  }

  @Override
  public void readFully(long position, byte[] target, int start, int count) throws IOException {
    // An offset beyond the file comes from the file's own contents: no failure of the store.
    if (position < 0 || position + count > input.length()) {
      throw new EOFException(
          "bytes " + position + " to " + (position + count) + " of " + input.length());
    }
    try {
      input.readFully(position, target, start, count);
    } catch (IOException e) {
      throw owner.noted(e);
    }
  }

  @Override
  public void readFully(long position, byte[] target) throws IOException {
    readFully(position, target, 0, target.length);
  }

  @Override
  public void seek(long position) throws IOException {
    if (position < 0 || position > input.length()) {
      throw new EOFException("offset " + position + " of " + input.length());
    }
    try {
      input.seek(position);
    } catch (IOException e) {
      throw owner.noted(e);
    }
  }

  @Override
  public long getPos() throws IOException {
    return input.position();
  }

  @Override
  public boolean seekToNewSource(long position) {
    return false;
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}
