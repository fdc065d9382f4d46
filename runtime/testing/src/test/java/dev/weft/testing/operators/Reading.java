package dev.weft.testing.operators;

/** A record with a key. */
record Reading(String sensor, long value) {}
