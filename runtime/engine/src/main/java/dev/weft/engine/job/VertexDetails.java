package dev.weft.engine.job;

import java.util.List;

/** A vertex and its subtasks by number. */
public record VertexDetails(
    String id, String name, int parallelism, int maxParallelism, List<SubtaskDetails> subtasks) {}
