/**
 * The file store on Hadoop's file systems and the one place that loads Hadoop's configuration.
 * Imports the API and Hadoop's client; the sources and sinks in the sub-packages use the file store
 * through the API only.
 */
package dev.weft.connectors.hdfs;
