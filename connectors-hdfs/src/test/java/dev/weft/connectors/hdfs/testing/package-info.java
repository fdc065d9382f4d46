/** What tests of connectors share: file stores that fail and fakes of contexts. */
package dev.weft.connectors.hdfs.testing;
