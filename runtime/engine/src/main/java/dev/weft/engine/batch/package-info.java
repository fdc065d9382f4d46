/**
 * Batches of records and the codecs that turn them into bytes for wire, state and disk. Imports
 * {@code memory}, {@code world} and {@code protocol}.
 */
package dev.weft.engine.batch;
