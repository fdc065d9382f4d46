/**
 * Who runs, when: tasklets, cores, the watchdog. Imports the data plane up to {@code exchange},
 * {@code world} and {@code protocol}.
 */
package dev.weft.engine.exec;
