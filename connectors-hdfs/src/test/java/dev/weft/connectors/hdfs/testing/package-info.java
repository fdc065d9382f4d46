/** What tests of connectors share: the file store's contract as tests, and fakes of contexts. */
package dev.weft.connectors.hdfs.testing;
