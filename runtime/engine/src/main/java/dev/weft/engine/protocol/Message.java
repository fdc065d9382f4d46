package dev.weft.engine.protocol;

/** What goes over a control connection. */
public sealed interface Message permits ToLeader, ToWorker {}
