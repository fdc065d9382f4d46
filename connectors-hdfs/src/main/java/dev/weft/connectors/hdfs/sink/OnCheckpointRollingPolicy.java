package dev.weft.connectors.hdfs.sink;

/** A policy that ends files at checkpoints only. */
public final class OnCheckpointRollingPolicy {
  private OnCheckpointRollingPolicy() {}

  /** The policy. */
  public static RollingPolicy build() {
    return new RollingPolicy(Long.MAX_VALUE, RollingPolicy.DEFAULT.openFilesMax());
  }
}
