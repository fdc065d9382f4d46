package dev.weft.engine.world;

/** Checks for programmer errors, on in production. */
public final class Verify {
  private Verify() {}

  /**
   * Fails when a condition that must hold does not.
   *
   * @param message with {@code %s} for the arguments
   * @throws IllegalStateException with the message
   */
  public static void verify(boolean condition, String message, Object... arguments) {
    if (!condition) {
      throw new IllegalStateException(String.format(message, arguments));
    }
  }
}
