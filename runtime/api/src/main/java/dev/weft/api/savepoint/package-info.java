/**
 * Programs that read the state of checkpoints and savepoints, and that write savepoints. Uses the
 * streams of the API and adds operations of its own to {@link dev.weft.api.graph}.
 */
package dev.weft.api.savepoint;
