package dev.weft.connectors.hdfs.sink;

/**
 * Puts all files into the sink's path itself.
 *
 * @param <T> the records
 */
public final class BasePathBucketAssigner<T> implements BucketAssigner<T> {
  private static final long serialVersionUID = 1;

  @Override
  public String bucket(T record) {
    return "";
  }
}
