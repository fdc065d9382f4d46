package dev.weft.yarn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.CoreOptions;
import dev.weft.api.config.MemorySize;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContainerCommandTest {
  private final Configuration configuration = new Configuration();

  private List<String> collectors() {
    ProcessMemory memory = ProcessMemory.of(MemorySize.ofMebiBytes(1024), "option");
    return Arrays.stream(ContainerCommand.worker(configuration, memory).split(" "))
        .filter(word -> word.startsWith("-XX:+Use") && word.endsWith("GC"))
        .toList();
  }

  @Test
  void theCollectorDoesNotDependOnTheSizeOfTheContainer() {
    assertEquals(List.of("-XX:+UseParallelGC"), collectors());
  }

  @Test
  void theUsersCollectorIsTheOnlyOne() {
    configuration.set(CoreOptions.JAVA_OPTS_TASKMANAGER, "-Da=b -XX:+UseG1GC -Dc=d");
    assertEquals(List.of("-XX:+UseG1GC"), collectors());

    configuration.set(CoreOptions.JAVA_OPTS_TASKMANAGER, "");
    configuration.set(CoreOptions.JAVA_OPTS_ALL, "-XX:+UseSerialGC");
    assertEquals(List.of("-XX:+UseSerialGC"), collectors());
  }

  @Test
  void optionsOfTheCollectorDoNotChooseOne() {
    configuration.set(CoreOptions.JAVA_OPTS_ALL, "-XX:ParallelGCThreads=2");

    assertEquals(List.of("-XX:+UseParallelGC"), collectors());
  }
}
