package dev.weft.api.functions;

/** Keeps or drops records. */
@FunctionalInterface
public interface FilterFunction<T> extends Function {
  /** Returns whether to keep the record. */
  boolean filter(T value) throws Exception;
}
