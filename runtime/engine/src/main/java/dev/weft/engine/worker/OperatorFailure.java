package dev.weft.engine.worker;

/**
 * Carries a failure inside an operator through the calls of the operators before it, so that it is
 * told apart from theirs.
 */
final class OperatorFailure extends RuntimeException {
  private final transient String operator;

  /**
   * A failure.
   *
   * @param operator its name and place
   */
  OperatorFailure(String operator, Throwable cause) {
    super(operator, cause, false, false);
    this.operator = operator;
  }

  String operator() {
    return operator;
  }
}
