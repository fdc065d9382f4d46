/**
 * A worker: takes subtasks from the leader, sets them up, runs them on the cores, reports. Imports
 * the whole data plane, {@code world} and {@code protocol}.
 */
package dev.weft.engine.worker;
