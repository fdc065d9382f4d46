/**
 * The sandbox: real HDFS, YARN, ZooKeeper and Hive metastore daemons as separate processes on the
 * loopback interface, for the demo, for playing and for tests. It starts, watches and ends them,
 * writes the configuration directories that point to them, and loads and shows example tables. It
 * imports nothing of Weft; the classes that start and probe daemons ({@link
 * dev.weft.sandbox.Sandbox} and what it uses) need only the JDK and Jackson, so that a test may use
 * them on a class path of its own while the daemons run on this module's.
 */
package dev.weft.sandbox;
