package dev.weft.yarn;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.ConfigurationFile;
import dev.weft.api.config.CoreOptions;
import dev.weft.api.config.HighAvailabilityOptions;
import dev.weft.api.config.RestOptions;
import dev.weft.api.config.TaskManagerOptions;
import dev.weft.api.error.WeftException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.yarn.api.records.Resource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubmissionTest {
  @TempDir private Path home;

  @Test
  void unknownQueueNamesTheExistingOnes() {
    WeftException refused =
        assertThrows(
            WeftException.class,
            () -> SubmissionChecks.checkQueue("nope", List.of("etl", "root.adhoc")));

    assertTrue(refused.getMessage().contains("'nope'"));
    assertTrue(refused.getMessage().contains("etl, root.adhoc"));
  }

  @Test
  void queueMayBeNamedByLeafOrPath() {
    assertDoesNotThrow(() -> SubmissionChecks.checkQueue("adhoc", List.of("root.adhoc")));
    assertDoesNotThrow(() -> SubmissionChecks.checkQueue("root.adhoc", List.of("adhoc")));
  }

  @Test
  void containersOverTheMaximumAreRefused() {
    Configuration configuration = new Configuration();
    configuration.setString(TaskManagerOptions.PROCESS_MEMORY.key(), "8g");

    WeftException refused =
        assertThrows(
            WeftException.class,
            () -> SubmissionChecks.checkSizes(configuration, Resource.newInstance(4096L, 8)));

    assertTrue(refused.getMessage().contains("8192 MB is more than the 4096 MB"));
  }

  @Test
  void moreCoresThanTheMaximumAreRefused() {
    Configuration configuration = new Configuration();
    configuration.set(TaskManagerOptions.NUM_TASK_SLOTS, 16);

    assertThrows(
        WeftException.class,
        () -> SubmissionChecks.checkSizes(configuration, Resource.newInstance(4096L, 8)));
  }

  @Test
  void optionsAreReadBackAsWritten() {
    Configuration options = new Configuration();
    options.setString("user.text", "a \"b\" \\ c: d # e");
    options.setString("user.lines", "one\ntwo");

    assertEquals(options, ConfigurationFile.parse(ConfigurationArchive.text(options), "text"));
  }

  @Test
  void whatConcernsTheClientAloneStaysThere() {
    Configuration client = new Configuration();
    client.setString(RestOptions.TOKEN_FILE.key(), "/home/me/token");
    client.setString(CoreOptions.HADOOP_CONF_DIR.key(), "/etc/hadoop");
    client.setString("user.own", "kept");

    Configuration options = ConfigurationArchive.options(client, "hdfs://storage");

    assertTrue(!options.contains(RestOptions.TOKEN_FILE));
    assertEquals("conf/hadoop", options.get(CoreOptions.HADOOP_CONF_DIR));
    assertEquals("hdfs://storage", options.get(HighAvailabilityOptions.STORAGE_DIR));
    assertEquals("kept", options.getString("user.own", ""));
  }

  @Test
  void digestOfTheInstallationFollowsItsContent() throws IOException {
    Files.createDirectories(home.resolve("lib"));
    Files.createDirectories(home.resolve("plugins/hdfs"));
    Files.writeString(home.resolve("lib/a.jar"), "a");
    Files.writeString(home.resolve("plugins/hdfs/b.jar"), "b");
    String first = DistributionArchive.of(home).digest();

    assertEquals(first, DistributionArchive.of(home).digest());
    Files.writeString(home.resolve("plugins/hdfs/b.jar"), "c");
    assertNotEquals(first, DistributionArchive.of(home).digest());
  }

  @Test
  void archiveIsTheSameForTheSameContent() throws IOException {
    Files.createDirectories(home.resolve("lib"));
    Files.writeString(home.resolve("lib/a.jar"), "a");
    ByteArrayOutputStream first = new ByteArrayOutputStream();
    ByteArrayOutputStream second = new ByteArrayOutputStream();

    DistributionArchive.of(home).write(first);
    DistributionArchive.of(home).write(second);

    org.junit.jupiter.api.Assertions.assertArrayEquals(first.toByteArray(), second.toByteArray());
  }

  @Test
  void missingInstallationSaysWhatToDo() {
    WeftException refused =
        assertThrows(WeftException.class, () -> DistributionArchive.of(home.resolve("none")));

    assertTrue(refused.getMessage().contains("WEFT_HOME"));
  }
}
