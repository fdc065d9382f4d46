/**
 * Checkpoints of one job: when they are taken, what makes one complete, where they lie, how their
 * state is handed to another number of subtasks, and the commits that follow them. Imports {@code
 * plan}, {@code world} and {@code protocol}.
 *
 * <p>Rules that the simulator proves by breaking them, see {@link dev.weft.engine.world.Rule}:
 * nothing is committed before the checkpoint that covers it is registered, and who lost the
 * leadership deletes nothing.
 */
package dev.weft.engine.checkpoint;
