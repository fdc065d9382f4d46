package dev.weft.api.functions;

/** Passed to {@link RichFunction#open}. */
public interface OpenContext {}
