package dev.weft.api.functions;

/** Takes the key out of a record. */
@FunctionalInterface
public interface KeySelector<T, K> extends Function {
  /** Returns the key; never null, the same for the same record. */
  K getKey(T value) throws Exception;
}
