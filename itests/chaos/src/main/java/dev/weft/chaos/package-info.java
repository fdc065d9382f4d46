/**
 * Faults on real processes: JobManagers and TaskManagers of the distribution, HDFS and ZooKeeper
 * run a job whose output is checked by readers all the time. See {@code docs/reliability.md}.
 */
package dev.weft.chaos;
