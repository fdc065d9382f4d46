package dev.weft.engine.protocol;

/** Where a subtask runs. */
public record TaskLocation(TaskId task, String workerId, Address data) {}
