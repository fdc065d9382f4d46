/**
 * Operators of two inputs: one for every {@link dev.weft.api.graph.TwoInputOperation}. They take
 * the batches of both inputs in turn; state and timers, by the key of the record at hand, are
 * shared. Imports what {@code operator} imports, and that.
 */
package dev.weft.engine.operator.pair;
