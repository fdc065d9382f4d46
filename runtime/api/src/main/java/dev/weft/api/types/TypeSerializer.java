package dev.weft.api.types;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;

/**
 * A user's own way to write a class. Must be stateless or thread-safe.
 *
 * @param <T> the class
 */
public interface TypeSerializer<T> extends Serializable {
  /** Writes a value that is not null. */
  void serialize(T value, DataOutput target) throws IOException;

  /** Reads exactly what {@link #serialize} wrote. */
  T deserialize(DataInput source) throws IOException;
}
