package dev.weft.api.error;

/** Who must act on a failure. */
public enum ErrorCode {
  /** The user's program or its arguments are wrong. */
  USER,
  /** The input data is wrong: a corrupt file, a value that cannot be read. */
  DATA,
  /** Another service failed: HDFS, YARN, ZooKeeper, the metastore. */
  DEPENDENCY,
  /** Something ran out: memory, disk, containers, quota. */
  RESOURCE,
  /** Weft itself is at fault. */
  ENGINE
}
