package dev.weft.engine.batch;

import dev.weft.api.types.TypeInformation;

/** The stable hash of keys of one type: the same in every JVM and for equal keys. Thread-safe. */
public interface KeyHasher {
  /**
   * The hash, well mixed in all 32 bits.
   *
   * @throws dev.weft.api.error.WeftException with code USER for a null key
   */
  int hash(Object key);

  /** The hash of a key that is a {@code Long}. */
  static int ofLong(long key) {
    return Mixing.fold(Mixing.ofLong(key));
  }

  /**
   * The hasher of a type.
   *
   * @throws dev.weft.api.error.WeftException with code USER when the type has no stable hash
   */
  static KeyHasher of(TypeInformation<?> type) {
    return KeyHashers.of(type);
  }
}
