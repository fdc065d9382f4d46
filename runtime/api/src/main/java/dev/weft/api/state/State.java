package dev.weft.api.state;

/** Keyed state: every call concerns the current key. */
public interface State {
  /** Forgets the state of the current key. */
  void clear();
}
