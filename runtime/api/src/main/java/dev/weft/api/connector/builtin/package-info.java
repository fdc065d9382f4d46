/**
 * Sources and sinks that need no outside system: sequences, generated records, collections,
 * standard output, nothing. Imports api.connector, api.functions and api.types.
 */
package dev.weft.api.connector.builtin;
