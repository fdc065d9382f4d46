package dev.weft.api.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.WeftException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MapTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"plain", "", " blank ", "a,b", "a:b", "it's", "'", "''", "'a':'b','", "ü"})
  void everyTextComesBackAsKeyAndAsValue(String text) {
    Map<String, String> map = Map.of(text, "value", "key of " + text, text);

    Configuration options = new Configuration().set(PipelineOptions.GLOBAL_JOB_PARAMETERS, map);

    assertEquals(map, options.get(PipelineOptions.GLOBAL_JOB_PARAMETERS));
  }

  @Test
  void whatPeopleWriteIsUnderstood() {
    assertEquals(
        Map.of("a", "1", "b", "x y", "url", "hdfs://host:8020/in"),
        MapText.parse("a:1, b: x y ,url:'hdfs://host:8020/in'"));
    assertEquals(Map.of(), MapText.parse(""));
    assertEquals(Map.of("a", "hdfs://host"), MapText.parse("a:hdfs://host"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "a | write key:value after 'a'",
        "a:1,a:2 | the key 'a' comes twice",
        "a:'1 | a quote has no end",
        "a:'1'2 | '2' stands behind a closing quote"
      })
  void whatIsNoMapIsRefused(String text, String why) {
    Configuration options =
        new Configuration().setString(PipelineOptions.GLOBAL_JOB_PARAMETERS.key(), text);

    WeftException refused =
        assertThrows(WeftException.class, () -> options.get(PipelineOptions.GLOBAL_JOB_PARAMETERS));

    assertTrue(refused.getMessage().endsWith(why), refused.getMessage());
    assertTrue(refused.getMessage().contains("pipeline.global-job-parameters"));
  }
}
