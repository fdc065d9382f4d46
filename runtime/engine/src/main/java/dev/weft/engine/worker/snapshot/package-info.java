/** Reads the bytes of checkpoints and savepoints back, for tasks and for tools. */
package dev.weft.engine.worker.snapshot;
