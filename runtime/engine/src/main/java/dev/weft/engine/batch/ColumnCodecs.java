package dev.weft.engine.batch;

import dev.weft.api.types.TypeInformation;

/** Makes codecs from types. */
final class ColumnCodecs {
  private ColumnCodecs() {}

  static BatchCodec batchCodec(TypeInformation<?> type) {
    throw new UnsupportedOperationException(type.toString());
  }

  static ValueCodec valueCodec(TypeInformation<?> type) {
    throw new UnsupportedOperationException(type.toString());
  }

  static KeyHasher keyHasher(TypeInformation<?> type) {
    throw new UnsupportedOperationException(type.toString());
  }
}
