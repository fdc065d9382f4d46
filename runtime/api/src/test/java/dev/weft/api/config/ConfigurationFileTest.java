package dev.weft.api.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationFileTest {
  @TempDir Path directory;

  private static Configuration parse(String text) {
    return ConfigurationFile.parse(text, "config.yaml");
  }

  @Test
  void readsFlatKeysCommentsAndQuotes() {
    Configuration configuration =
        parse(
            """
            ---
            # a comment
            parallelism.default: 4   # another
            pipeline.name: "a \\"job\\" # 1"
            env.java.opts.all: '-Da=''b'' -Dc=d'
            execution.checkpointing.interval: 30 s
            hadoop.conf.fs.defaultFS: hdfs://localhost:9000
            user.threshold: 17
            io.tmp.dirs: /a;/b
            """);
    assertEquals(4, configuration.get(CoreOptions.DEFAULT_PARALLELISM));
    assertEquals("a \"job\" # 1", configuration.get(PipelineOptions.NAME));
    assertEquals("-Da='b' -Dc=d", configuration.get(CoreOptions.JAVA_OPTS_ALL));
    assertEquals(
        Duration.ofSeconds(30), configuration.get(CheckpointingOptions.CHECKPOINTING_INTERVAL));
    assertEquals("hdfs://localhost:9000", configuration.getString("hadoop.conf.fs.defaultFS", ""));
    assertEquals(List.of("/a", "/b"), configuration.get(CoreOptions.TMP_DIRS));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "rest.prot: 1|did you mean 'rest.port'?",
        "quite.unheard.of: 1|the program's own options begin with 'user.'",
        "rest.port: many|which is no Integer",
        "rest.port 8081|expected 'key: value'",
        "rest.port:|has no value",
        "rest.port: &a 1|anchors",
        "rest.port: *a|anchors",
        "rest.port: !!int 1|tags",
        "rest.port: [1]|lists",
        "rest.port: >|several lines",
        "- a|lists",
        "pipeline.name: \"a|does not end",
        "pipeline.name: 'a' b|text follows",
      })
  void whatItDoesNotUnderstandIsRefusedWithTheLine(String line, String expected) {
    WeftException e = assertThrows(WeftException.class, () -> parse("# first\n" + line));
    assertEquals(ErrorCode.USER, e.code());
    assertTrue(e.getMessage().startsWith("config.yaml, line 2: "), e.getMessage());
    assertTrue(e.getMessage().contains(expected), e.getMessage());
  }

  @Test
  void indentedKeysAreRefused() {
    WeftException e = assertThrows(WeftException.class, () -> parse("rest.port: 1\n  port: 2"));
    assertTrue(e.getMessage().contains("indented"), e.getMessage());
  }

  @Test
  void repeatedKeyNamesBothLines() {
    WeftException e =
        assertThrows(WeftException.class, () -> parse("rest.port: 1\n\nrest.port: 2"));
    assertTrue(e.getMessage().contains("line 3"), e.getMessage());
    assertTrue(e.getMessage().contains("line 1"), e.getMessage());
  }

  @Test
  void hugeAndMissingAndBinaryFilesAreRefused() throws IOException {
    Path huge = Files.write(directory.resolve("huge"), new byte[ConfigurationFile.BYTES_MAX + 1]);
    Path binary = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xC3, 0x28});
    for (Path file : List.of(huge, binary, directory.resolve("missing"))) {
      WeftException e = assertThrows(WeftException.class, () -> ConfigurationFile.load(file));
      assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
    }
  }

  @Test
  void everyOptionIsDescribedAndItsDefaultParses() {
    assertTrue(OptionCatalogue.all().size() > 50);
    for (ConfigOption<?> option : OptionCatalogue.all()) {
      assertTrue(option.description().endsWith("."), option.key());
      checkDefault(option);
    }
  }

  private static <T> void checkDefault(ConfigOption<T> option) {
    if (option.defaultValue() != null) {
      Configuration configuration = new Configuration().set(option, option.defaultValue());
      assertEquals(option.defaultValue(), configuration.get(option), option.key());
    }
  }
}
