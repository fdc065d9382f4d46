/**
 * A transactional sink of files: writers stage, the committer publishes by renaming without
 * overwriting. Imports the API only: it runs over any file store.
 */
package dev.weft.connectors.hdfs.sink;
