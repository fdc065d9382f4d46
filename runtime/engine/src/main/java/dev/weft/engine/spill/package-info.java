/**
 * Rows that outgrow memory: gathered in pages that are reserved, sorted by key, written to local
 * disk as runs when nothing more can be reserved, and merged when they are read. Imports {@code
 * memory}, {@code batch}, {@code world} and {@code protocol}.
 */
package dev.weft.engine.spill;
