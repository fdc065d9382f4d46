package dev.weft.engine.operator;

/** A record for tests of keyed operators. */
public record Reading(String sensor, long value) {}
