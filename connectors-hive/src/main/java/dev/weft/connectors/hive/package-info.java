/**
 * Hive tables as sources and sinks. What a job uses stands here; below lie {@code table} (schemas
 * and the metastore's client), {@code read} and {@code write}. Imports the API and the HDFS
 * connector's source and sink machinery; files are reached through the file store only.
 */
package dev.weft.connectors.hive;
