/**
 * Keyed state and timers of one subtask. Imports {@code memory}, {@code batch}, {@code world} and
 * {@code protocol}.
 */
package dev.weft.engine.state;
