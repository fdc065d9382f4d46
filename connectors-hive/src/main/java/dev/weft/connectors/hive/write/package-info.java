/**
 * Writes records as ORC files of Hive tables and makes their partitions known to the metastore when
 * all files are in place. Imports the API, the HDFS connector's sink, {@code table}, {@code orc}
 * and ORC.
 */
package dev.weft.connectors.hive.write;
