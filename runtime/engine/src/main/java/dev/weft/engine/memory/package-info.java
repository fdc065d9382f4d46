/**
 * The worker's memory as a tree of reservations that refuses instead of running out. Imports {@code
 * world} and {@code protocol}.
 */
package dev.weft.engine.memory;
