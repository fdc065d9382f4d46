/**
 * What crosses a process boundary, and the pure values that both planes need. Imports the API only
 * (and Avro, in the codec).
 */
package dev.weft.engine.protocol;
