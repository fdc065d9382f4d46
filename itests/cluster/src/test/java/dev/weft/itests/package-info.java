/**
 * Runs the distribution as a user would: unpacks its tarball, calls its commands as processes and
 * points them to a small Hadoop with a Hive metastore that lives for one run of the tests. What
 * comes out is read by Hadoop's, Hive's and ORC's own clients. Nothing here imports Weft, but for
 * the contract of file stores and the sandbox's ledger checker.
 */
package dev.weft.itests;
