package dev.weft.engine.state.unkeyed;

import dev.weft.engine.protocol.OperatorSlice;

/**
 * A state as it was at a barrier.
 *
 * @param count how many elements it has
 * @param bytes what {@link UnkeyedStates#restore} reads
 */
public record FrozenElements(
    String name, OperatorSlice.Distribution distribution, int count, byte[] bytes) {}
