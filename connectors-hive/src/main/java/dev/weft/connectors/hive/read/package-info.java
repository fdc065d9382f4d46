/**
 * Reads the rows of Hive tables: finds the files of partitions, reads delimited text and ORC, and
 * makes records of the columns. Imports the API, the HDFS connector's source, {@code table} and
 * ORC.
 */
package dev.weft.connectors.hive.read;
