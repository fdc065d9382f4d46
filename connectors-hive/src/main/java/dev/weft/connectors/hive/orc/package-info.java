/**
 * Lets the ORC library read and write through the file store. Imports the API, Hadoop's file system
 * interface and ORC.
 */
package dev.weft.connectors.hive.orc;
