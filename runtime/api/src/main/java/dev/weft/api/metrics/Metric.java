package dev.weft.api.metrics;

/** Something that is measured. */
public interface Metric {}
