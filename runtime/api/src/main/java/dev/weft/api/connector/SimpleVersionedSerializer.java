package dev.weft.api.connector;

import java.io.IOException;
import java.io.Serializable;

/**
 * Turns values into bytes that outlive the program: the version is stored beside the bytes.
 *
 * @param <T> the type of the values
 */
public interface SimpleVersionedSerializer<T> extends Serializable {
  /** The version that {@link #serialize} writes. */
  int getVersion();

  /** Writes a value in the current version. */
  byte[] serialize(T value) throws IOException;

  /**
   * Reads a value of the given version.
   *
   * @throws IOException when the bytes are damaged or the version is unknown
   */
  T deserialize(int version, byte[] serialized) throws IOException;
}
