/**
 * Class loading: plugins, each with its own libraries, and the code of jobs. Used by every process
 * outside the simulator: client, JobManager, TaskManager. Reads jars from local directories itself,
 * because class loaders do. Imports {@code world} and {@code protocol}.
 */
package dev.weft.engine.plugin;
