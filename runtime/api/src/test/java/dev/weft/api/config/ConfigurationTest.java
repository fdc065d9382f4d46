package dev.weft.api.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.WeftException;
import org.junit.jupiter.api.Test;

class ConfigurationTest {
  private final Configuration options = new Configuration();

  @Test
  void anOptionTakesOneOfItsValuesByName() {
    options.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");

    assertEquals(
        RestartStrategyOptions.Strategy.FIXED_DELAY,
        options.get(RestartStrategyOptions.RESTART_STRATEGY));
  }

  @Test
  void anotherNameIsRefusedWithThoseThatThereAre() {
    WeftException refused =
        assertThrows(
            WeftException.class,
            () -> options.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed"));

    assertTrue(
        refused.getMessage().startsWith("Option restart-strategy.type has the value 'fixed'"),
        refused.getMessage());
    assertTrue(refused.getMessage().contains("FIXED_DELAY"), refused.getMessage());
  }
}
