/**
 * Rows of keyed state as bytes in pages, the generations that say what a frozen state holds, and
 * what checkpoints continue. Imports {@code memory}, {@code batch}, {@code world} and {@code
 * protocol}.
 */
package dev.weft.engine.state.paged;
