/**
 * The processes: JobManager, TaskManager, and both in one JVM; where leaders are elected without
 * ZooKeeper. The outermost package, the only one that sees both planes; nothing imports it but
 * mains, tests and plugins.
 */
package dev.weft.engine.server;
