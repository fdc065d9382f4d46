package dev.weft.api.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.WeftException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParameterToolTest {
  private static ParameterTool of(String... args) {
    return ParameterTool.fromArgs(args);
  }

  @Test
  void namesHaveOneDashOrTwo() {
    ParameterTool parameters = of("--from", "/in", "-into", "/out");

    assertEquals(Map.of("from", "/in", "into", "/out"), parameters.toMap());
    assertEquals("/in", parameters.getRequired("from"));
    assertNull(parameters.get("other"));
    assertEquals("x", parameters.get("other", "x"));
  }

  @Test
  void aNameAloneIsThereWithoutAValue() {
    ParameterTool parameters = of("--verbose", "--level", "3", "--dry");

    assertTrue(parameters.has("verbose"));
    assertTrue(parameters.has("dry"));
    assertFalse(parameters.has("3"));
    assertEquals(ParameterTool.NO_VALUE_KEY, parameters.get("dry"));
    assertEquals(3, parameters.getInt("level"));
  }

  @Test
  void numbersMayBeNegative() {
    ParameterTool parameters = of("--shift", "-5", "--factor", "-0.5");

    assertEquals(-5, parameters.getLong("shift"));
    assertEquals(-0.5, parameters.getDouble("factor"));
    assertEquals(7, parameters.getInt("none", 7));
    assertTrue(parameters.getBoolean("none", true));
  }

  @ParameterizedTest
  @CsvSource({"word, 1", "--, 1", "'', 1"})
  void whatIsNoNameIsRefusedWithItsPlace(String arg, int place) {
    WeftException refused = assertThrows(WeftException.class, () -> of(arg));

    assertTrue(
        refused.getMessage().startsWith("Argument " + place + " is '" + arg + "'"),
        refused.getMessage());
  }

  @Test
  void aValueThatIsNoNumberIsRefusedWithItsName() {
    ParameterTool parameters = of("--level", "high");

    WeftException refused = assertThrows(WeftException.class, () -> parameters.getInt("level"));
    WeftException missing = assertThrows(WeftException.class, () -> parameters.getInt("size"));

    assertEquals("Parameter 'level' is 'high', which is not such a number", refused.getMessage());
    assertEquals("There is no parameter 'size'; give it with --size VALUE", missing.getMessage());
  }

  @Test
  void propertiesAreReadAndTheOtherOneWins() throws IOException {
    ParameterTool file =
        ParameterTool.fromPropertiesFile(
            new ByteArrayInputStream("a=1\nb=2\n".getBytes(StandardCharsets.ISO_8859_1)));

    ParameterTool both = file.mergeWith(of("--b", "3"));

    assertEquals(Map.of("a", "1", "b", "3"), both.toMap());
    assertEquals(2, both.getNumberOfParameters());
    assertEquals("3", both.getProperties().getProperty("b"));
    assertEquals("3", both.getConfiguration().getString("b", null));
  }
}
