package dev.weft.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SeedsTest {
  private static final long SEEDS = 1_000;

  /** Within so many a planted bug must be found; the search ends with the first red seed. */
  private static final long SEEDS_FOR_A_BUG = 10_000;

  /** From here on seeds are compared between two processes. */
  private static final long FIRST_OF_OTHERS = 110;

  @Test
  void everySeedPasses() throws InterruptedException {
    SeedSweep.Outcome outcome = SeedSweep.run(1, SEEDS, PlantedBug.NONE, 1);
    assertPassed(outcome);
    assertEquals(SEEDS, outcome.seeds());
    System.out.println(Commands.coverage(outcome));
    Set<String> never = FaultPlan.kindNames();
    never.removeAll(outcome.coverage().keySet());
    assertEquals(Set.of(), never, "faults that no seed had");
  }

  /** Beyond the thousand, those that found something; docs/simulation.md says what. */
  @ParameterizedTest
  @ValueSource(longs = {2042, 2473, 3845, 4637, 4849, 4877, 6633, 6927})
  void aSeedThatFoundSomethingPasses(long seed) {
    assertEquals(seed, new Simulation(seed).run().seed());
  }

  /** What is drawn must not depend on the process, such as on the order of a {@code Map.copyOf}. */
  @Test
  void aSeedIsTheSameInAnotherProcess() throws Exception {
    List<String> command =
        List.of(
            ProcessHandle.current().info().command().orElseThrow(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            SeedsTest.class.getName());
    Process other =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String here = results();
    String there = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, other.waitFor());
    assertEquals(here, there.replace("\r", ""));
  }

  /** Prints what became of some seeds. */
  public static void main(String[] args) {
    System.out.print(results());
  }

  private static String results() {
    StringBuilder results = new StringBuilder();
    for (long seed = FIRST_OF_OTHERS; seed < FIRST_OF_OTHERS + 30; seed++) {
      results.append(new Simulation(seed).run()).append('\n');
    }
    return results.toString();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aPlantedBugIsFound(PlantedBug bug) throws InterruptedException {
    SeedSweep.Outcome outcome = SeedSweep.run(1, SEEDS_FOR_A_BUG, bug, 1);
    assertFalse(outcome.failures().isEmpty(), bug + " was not found");
  }

  private static void assertPassed(SeedSweep.Outcome outcome) {
    assertEquals("", outcome.failures().isEmpty() ? "" : outcome.failures().get(0).message());
  }
}
