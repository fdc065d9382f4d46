/** Looks into checkpoints and savepoints without running a job, for tools. Sees both planes. */
package dev.weft.engine.server.saved;
