/**
 * The REST interface of a leader: paths and field names as Flink's clients know them, a token on
 * every call but {@code /health}, and a page that shows jobs from the same calls. Requests run on
 * threads of the HTTP server and ask the control thread, which answers with immutable records.
 * Imports the control plane, {@code world}, {@code protocol} and {@code server.security}, and alone
 * may name Javalin, Jetty and Micrometer.
 */
package dev.weft.engine.server.rest;
