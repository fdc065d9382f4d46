package dev.weft.benchmarks;

/** A word and how often it was seen. */
public record WordCount(String word, long count) {}
