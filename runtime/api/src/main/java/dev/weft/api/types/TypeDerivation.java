package dev.weft.api.types;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;

/** Derives types from classes. */
final class TypeDerivation {
  private TypeDerivation() {}

  static <T> TypeInformation<T> ofClass(Class<T> typeClass) {
    throw new WeftException(ErrorCode.USER, "No type for " + typeClass);
  }
}
