package dev.weft.api.windowing.triggers;

/** What a trigger wants done with a window. */
public enum TriggerResult {
  /** Nothing. */
  CONTINUE(false, false),
  /** Emit what the window holds. */
  FIRE(true, false),
  /** Forget what the window holds. */
  PURGE(false, true),
  /** Emit and then forget what the window holds. */
  FIRE_AND_PURGE(true, true);

  private final boolean fire;
  private final boolean purge;

  TriggerResult(boolean fire, boolean purge) {
    this.fire = fire;
    this.purge = purge;
  }

  /** Whether the window emits. */
  public boolean isFire() {
    return fire;
  }

  /** Whether the window forgets its contents. */
  public boolean isPurge() {
    return purge;
  }
}
