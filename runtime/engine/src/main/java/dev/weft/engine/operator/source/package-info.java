/**
 * The operator that reads a source: its splits, the event time of what it reads, and how it waits
 * for the other readers of its group. Imports what {@code operator} imports, and that.
 */
package dev.weft.engine.operator.source;
