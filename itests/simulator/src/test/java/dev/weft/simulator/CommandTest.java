package dev.weft.simulator;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Runs a command of the simulator: {@code -Dweft.simulator="seed 188"}. */
@EnabledIfSystemProperty(named = "weft.simulator", matches = ".+")
class CommandTest {
  @Test
  void allIsWell() throws InterruptedException {
    assertTrue(Commands.run(System.getProperty("weft.simulator").trim().split(" +")));
  }
}
