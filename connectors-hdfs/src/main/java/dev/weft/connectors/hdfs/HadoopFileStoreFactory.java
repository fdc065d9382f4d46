package dev.weft.connectors.hdfs;

import dev.weft.api.config.Configuration;
import dev.weft.api.fs.FileStore;
import dev.weft.api.fs.FileStoreFactory;
import java.util.Set;

/** Offers the file systems of Hadoop whose renames are atomic. */
public final class HadoopFileStoreFactory implements FileStoreFactory {
  /** Made by {@code ServiceLoader}. */
  public HadoopFileStoreFactory() {}

  @Override
  public Set<String> schemes() {
    return Set.of("hdfs", "viewfs", "webhdfs", "swebhdfs");
  }

  @Override
  public FileStore open(Configuration configuration) {
    return new HadoopFileStore(HadoopConfiguration.load(configuration));
  }
}
