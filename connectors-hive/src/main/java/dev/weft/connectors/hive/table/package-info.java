/**
 * What a Hive table is: types, columns, storage formats, partitions, and the client of the
 * metastore that knows them. Imports the API, the metastore's Thrift stubs and Hadoop's
 * configuration.
 */
package dev.weft.connectors.hive.table;
