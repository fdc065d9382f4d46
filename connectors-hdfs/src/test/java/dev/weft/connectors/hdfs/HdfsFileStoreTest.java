package dev.weft.connectors.hdfs;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.CoreOptions;
import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.conformance.FileStoreContract;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** The contract on a running HDFS, where {@code WEFT_TEST_HADOOP_CONF_DIR} names one. */
@EnabledIfEnvironmentVariable(named = "WEFT_TEST_HADOOP_CONF_DIR", matches = ".+")
class HdfsFileStoreTest extends FileStoreContract {
  private FileStore store;
  private FileStore another;
  private String root;

  @BeforeEach
  void open() throws IOException {
    Configuration configuration =
        new Configuration()
            .set(CoreOptions.HADOOP_CONF_DIR, System.getenv("WEFT_TEST_HADOOP_CONF_DIR"));
    store = new HadoopFileStoreFactory().open(configuration);
    another = new HadoopFileStoreFactory().open(configuration);
    root = HadoopConfiguration.load(configuration).get("fs.defaultFS");
    root = root + (root.endsWith("/") ? "" : "/") + "tmp/weft-test-" + UUID.randomUUID();
    store.createDirectories(root);
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

  @Test
  void hostsOfAFileAreKnown() throws IOException {
    try (FileOutput output = store.create(root + "/a")) {
      output.write(new byte[1000]);
    }
    assertFalse(store.hosts(root + "/a", 0, 1000).isEmpty());
  }

  @Test
  void pathsWithoutSchemeLieInHdfs() throws IOException {
    store.create(root + "/a").close();
    String bare = root.substring(root.indexOf('/', "hdfs://".length()));
    assertTrue(store.status(bare + "/a").isPresent());
  }

  @Test
  void anUnreachableNameNodeIsAnIoFailure() {
    assertThrows(IOException.class, () -> store.status("hdfs://127.0.0.1:1/a"));
  }
}
