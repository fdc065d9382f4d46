package dev.weft.yarn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.engine.protocol.FailureReport;
import org.junit.jupiter.api.Test;

class ContainerEndTest {
  @Test
  void killedContainersAreAMatterOfResources() {
    for (int status : new int[] {137, 143, -104, -103, -102, 3}) {
      assertEquals(ErrorCode.RESOURCE, report(status, "").code(), () -> "status " + status);
    }
  }

  @Test
  void lostNodesAreAMatterOfSurroundings() {
    assertEquals(ErrorCode.DEPENDENCY, report(-100, "").code());
    assertEquals(ErrorCode.DEPENDENCY, report(1, "").code());
  }

  @Test
  void unhandledErrorsAreOurs() {
    assertEquals(ErrorCode.ENGINE, report(70, "").code());
    assertEquals(ErrorCode.ENGINE, report(71, "").code());
  }

  @Test
  void tooMuchMemoryNamesTheOption() {
    assertTrue(report(-104, "").message().contains("taskmanager.memory.process.size"));
  }

  @Test
  void messageNamesContainerHostAndYarnsFirstLine() {
    String message = report(137, "\n  Killed by external signal\nmore").message();

    assertTrue(message.contains("container_1_2_3 on node7"));
    assertTrue(message.contains("Killed by external signal"));
    assertTrue(!message.contains("more)"));
  }

  private static FailureReport report(int status, String diagnostics) {
    return new ContainerEnd("container_1_2_3", status, diagnostics).report("node7");
  }
}
