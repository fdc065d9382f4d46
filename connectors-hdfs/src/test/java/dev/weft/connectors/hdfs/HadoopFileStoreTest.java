package dev.weft.connectors.hdfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.CoreOptions;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileStore;
import dev.weft.api.fs.FileStoreFactory;
import dev.weft.engine.conformance.FileStoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HadoopFileStoreTest extends FileStoreContract {
  private final FileStore store =
      new HadoopFileStore(HadoopConfiguration.load(new Configuration(), Map.of()));

  private final FileStore another =
      new HadoopFileStore(HadoopConfiguration.load(new Configuration(), Map.of()));

  @TempDir Path directory;

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
    return "file://" + directory;
  }

  @AfterEach
  void closeStore() throws IOException {
    store.close();
    another.close();
  }

  @Test
  void pathsWithoutSchemeBelongToTheDefaultFileSystem() throws IOException {
    store.create(directory + "/a").close();
    assertEquals(directory + "/a", store.list(directory.toString()).get(0).path());
  }

  @Test
  void hdfsWithoutANameNodeIsRefusedWithWhatToDo() {
    WeftException refusal =
        assertThrows(WeftException.class, () -> store.status("hdfs:///clicks/a"));
    assertEquals(ErrorCode.USER, refusal.code());
    assertTrue(refusal.getMessage().contains("hdfs://host:port/clicks/a"), refusal.getMessage());
    assertTrue(refusal.getMessage().contains("HADOOP_CONF_DIR"), refusal.getMessage());
  }

  @Test
  void aClosedStoreRefusesCalls() throws IOException {
    store.close();
    assertThrows(IOException.class, () -> store.status(root()));
  }

  @Test
  void theFactoryIsFoundAsAService() {
    FileStoreFactory factory = ServiceLoader.load(FileStoreFactory.class).findFirst().orElseThrow();
    assertTrue(factory.schemes().contains("hdfs"));
  }

  @Test
  void configurationComesFromTheNamedDirectory() throws IOException {
    Files.writeString(
        directory.resolve("core-site.xml"),
        "<configuration><property><name>fs.defaultFS</name><value>hdfs://n:1</value></property>"
            + "</configuration>");
    Map<String, String> environment = Map.of("HADOOP_CONF_DIR", directory.toString());
    assertEquals(
        "hdfs://n:1",
        HadoopConfiguration.load(new Configuration(), environment).get("fs.defaultFS"));
    Configuration option =
        new Configuration().setString("hadoop.conf.fs.defaultFS", "hdfs://other:2");
    assertEquals(
        "hdfs://other:2", HadoopConfiguration.load(option, environment).get("fs.defaultFS"));
  }

  @Test
  void aMissingConfigurationDirectoryIsNamed() {
    Configuration option =
        new Configuration().set(CoreOptions.HADOOP_CONF_DIR, directory + "/none");
    WeftException e =
        assertThrows(WeftException.class, () -> HadoopConfiguration.load(option, Map.of()));
    assertEquals(ErrorCode.USER, e.code());
    assertTrue(e.getMessage().contains(directory + "/none"));
  }
}
