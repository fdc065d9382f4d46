/**
 * Values of state without the user's classes: a type as a snapshot names it, for tools, and the way
 * from there to the type that a program declares now. Imports {@code batch}.
 */
package dev.weft.engine.batch.stored;
