/** The operator that asks something outside without blocking its core. */
package dev.weft.engine.operator.async;
