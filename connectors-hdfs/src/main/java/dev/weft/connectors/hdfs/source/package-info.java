/**
 * A replayable source of files: finds them, splits them into ranges, reads ranges with positions
 * between records. Formats plug in as {@link dev.weft.connectors.hdfs.source.BulkFormat}. Imports
 * the API only: it runs over any file store.
 */
package dev.weft.connectors.hdfs.source;
