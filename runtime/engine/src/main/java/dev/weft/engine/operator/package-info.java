/**
 * The operators that run user functions over batches. Imports the data plane up to {@code exec},
 * {@code world} and {@code protocol}.
 */
package dev.weft.engine.operator;
