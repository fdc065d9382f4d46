package dev.weft.itests;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.CoreOptions;
import dev.weft.api.fs.FileStore;
import dev.weft.connectors.hdfs.HadoopFileStoreFactory;
import dev.weft.engine.conformance.RefusingFileStoreContract;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.apache.hadoop.hdfs.protocol.HdfsConstants.SafeModeAction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract of file stores, on HDFS. */
@ExtendWith(ClusterExtension.class)
class HdfsFileStoreIT extends RefusingFileStoreContract {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private DistributedFileSystem hdfs;
  private FileStore store;
  private FileStore another;
  private String root;

  @BeforeEach
  void open(TestCluster cluster) throws IOException {
    hdfs = (DistributedFileSystem) cluster.hadoop().files();
    store = client(cluster);
    another = client(cluster);
    root = cluster.hadoop().defaultFs() + "/tmp/file-store-" + NUMBER.incrementAndGet();
    store.createDirectories(root);
  }

  private static FileStore client(TestCluster cluster) {
    return new HadoopFileStoreFactory()
        .open(
            new Configuration()
                .set(CoreOptions.HADOOP_CONF_DIR, cluster.hadoop().confDir().toString()));
  }

  @AfterEach
  void close() throws IOException {
    store.delete(root);
    another.close();
    store.close();
  }

  @Override
  protected FileStore store() {
    return store;
  }

  @Override
  protected FileStore another() {
    return another;
  }

  @Override
  protected String root() {
    return root;
  }

  @Override
  protected void refuseChanges(boolean refuse) throws IOException {
    hdfs.setSafeMode(refuse ? SafeModeAction.SAFEMODE_ENTER : SafeModeAction.SAFEMODE_LEAVE);
  }

  @Override
  protected void full(boolean noRoom) throws IOException {
    Path directory = new Path(root);
    // of names, the directory's own among them
    long names = hdfs.getContentSummary(directory).getFileAndDirectoryCount();
    hdfs.setQuota(
        directory, noRoom ? names : HdfsConstants.QUOTA_RESET, HdfsConstants.QUOTA_DONT_SET);
  }
}
