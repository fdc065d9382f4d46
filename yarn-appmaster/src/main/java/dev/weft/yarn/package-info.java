/**
 * The way to YARN: the client's part that starts applications, the ApplicationMaster, which is a
 * JobManager that gets its workers from the ResourceManager, and the main of workers in containers.
 * A plugin that sits on the plugin {@code hdfs}: may import the engine, the client's targets, the
 * HDFS connector and Hadoop's client.
 */
package dev.weft.yarn;
