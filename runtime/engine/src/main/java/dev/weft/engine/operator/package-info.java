/**
 * The operators that run user functions over batches: one for every {@link
 * dev.weft.api.graph.Operation.Physical}. Each operator owns a {@link
 * dev.weft.engine.operator.RowLoop} whose class is copied per user function by {@link
 * dev.weft.engine.batch.HiddenCopies}, so that the compiler sees one function at each call site.
 * Imports the data plane up to {@code exec}, {@code world} and {@code protocol}.
 */
package dev.weft.engine.operator;
