package dev.weft.itests;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.CoreOptions;
import dev.weft.api.fs.FileStore;
import dev.weft.connectors.hdfs.HadoopFileStoreFactory;
import dev.weft.engine.cluster.JournalContract;
import dev.weft.engine.cluster.LeaderElection;
import dev.weft.engine.server.FileElection;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract of the journal, in files of HDFS. */
@ExtendWith(ClusterExtension.class)
class HdfsJournalIT extends JournalContract {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private FileStore store;
  private String directory;

  @BeforeEach
  void openStore(TestCluster cluster) throws IOException {
    store =
        new HadoopFileStoreFactory()
            .open(
                new Configuration()
                    .set(CoreOptions.HADOOP_CONF_DIR, cluster.hadoop().confDir().toString()));
    directory = cluster.hadoop().defaultFs() + "/tmp/journal-" + NUMBER.incrementAndGet();
    store.createDirectories(directory);
  }

  @AfterEach
  void closeStore() throws IOException {
    store.delete(directory);
    store.close();
  }

  @Override
  protected FileStore files() {
    return store;
  }

  @Override
  protected String directory() {
    return directory;
  }

  @Override
  protected LeaderElection open() {
    return new FileElection(store, directory + "/election");
  }

  /** The newest candidate leads at once. */
  @Override
  protected void depose(LeaderElection leader) {}
}
