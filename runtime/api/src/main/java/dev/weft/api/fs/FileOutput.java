package dev.weft.api.fs;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A file being written by one thread. Nothing is promised to readers before {@link #close()}
 * returns; after that every byte is durable.
 */
public abstract class FileOutput extends OutputStream {
  /** Bytes written so far. */
  public abstract long position();

  /** Makes all bytes durable and ends the file. */
  @Override
  public abstract void close() throws IOException;

  /** Gives the file up: closes and deletes it as far as possible; never throws. */
  public abstract void abort();
}
