package dev.weft.testing;

/**
 * The piece of a program that is tested, written with the API as in the program itself. Called
 * again whenever the parallelism changes, so it must define the same steps each time.
 */
@FunctionalInterface
public interface TestProgram {
  /** Defines steps from inputs to outputs. */
  void define(TestStreams streams) throws Exception;
}
