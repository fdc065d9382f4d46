/**
 * What crosses a process boundary, and the pure values that both planes need. {@code RecordCodec}
 * encodes any record for the wire or for storage. Imports the API and Avro, and {@code Verify} of
 * {@code world}.
 */
package dev.weft.engine.protocol;
