package dev.weft.engine.protocol;

/**
 * An edge of the plan.
 *
 * @param index of the edge within the plan
 * @param source the producing vertex
 * @param target the consuming vertex
 * @param targetInput which input of the consuming vertex, from 0; unions share one
 * @param kind how records choose a channel
 */
public record EdgeSpec(int index, int source, int target, int targetInput, EdgeKind kind) {}
