package dev.weft.engine.protocol;

/**
 * An edge of the plan.
 *
 * @param index of the edge within the plan
 * @param source the producing vertex
 * @param target the consuming vertex
 * @param targetInput which input of the consuming vertex, from 0; unions share one
 * @param kind how records choose a channel
 * @param materialized whether the producers keep all records until the consumers begin
 */
public record EdgeSpec(
    int index,
    int source,
    int target,
    int targetInput,
    EdgeKind kind,
    @Nullable Boolean materialized) {
  /** An edge; plans of the first version know no materialized ones. */
  public EdgeSpec {
    materialized = materialized != null && materialized;
  }

  /** An edge whose records are taken as they are made. */
  public EdgeSpec(int index, int source, int target, int targetInput, EdgeKind kind) {
    this(index, source, target, targetInput, kind, false);
  }

  /** The same edge, materialized. */
  public EdgeSpec cut() {
    return new EdgeSpec(index, source, target, targetInput, kind, true);
  }
}
