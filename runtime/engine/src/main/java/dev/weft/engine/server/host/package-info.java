/**
 * The real machine behind the ports of {@code world}: clock, control thread, task threads,
 * background pool, local files, class loaders of jobs. Imports the API, {@code world}, {@code
 * protocol} and {@code plugin}.
 */
package dev.weft.engine.server.host;
