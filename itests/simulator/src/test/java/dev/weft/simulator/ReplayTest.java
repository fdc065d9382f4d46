package dev.weft.simulator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Runs one seed again: {@code -Dweft.seed=N}, and {@code -Dweft.bug=NAME} for a planted bug. */
@EnabledIfSystemProperty(named = "weft.seed", matches = "-?\\d+")
class ReplayTest {
  @Test
  void theSeedPasses() {
    long seed = Long.getLong("weft.seed");
    PlantedBug bug = PlantedBug.valueOf(System.getProperty("weft.bug", PlantedBug.NONE.name()));
    System.out.println(new Simulation(seed, bug).run(Workload.draw(seed)));
  }
}
