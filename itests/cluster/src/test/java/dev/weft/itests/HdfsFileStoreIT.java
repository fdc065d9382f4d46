package dev.weft.itests;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.CoreOptions;
import dev.weft.api.fs.FileStore;
import dev.weft.connectors.hdfs.HadoopFileStoreFactory;
import dev.weft.connectors.hdfs.testing.FileStoreContract;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract of file stores, on HDFS. */
@ExtendWith(ClusterExtension.class)
class HdfsFileStoreIT extends FileStoreContract {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private FileStore store;
  private String root;

  @BeforeEach
  void open(TestCluster cluster) throws IOException {
    store =
        new HadoopFileStoreFactory()
            .open(
                new Configuration()
                    .set(CoreOptions.HADOOP_CONF_DIR, cluster.hadoop().confDir().toString()));
    root = cluster.hadoop().defaultFs() + "/tmp/file-store-" + NUMBER.incrementAndGet();
    store.createDirectories(root);
  }

  @AfterEach
  void close() throws IOException {
    store.delete(root);
    store.close();
  }

  @Override
  protected FileStore store() {
    return store;
  }

  @Override
  protected String root() {
    return root;
  }
}
