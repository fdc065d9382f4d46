package dev.weft.yarn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.config.MemorySize;
import dev.weft.api.error.WeftException;
import org.junit.jupiter.api.Test;

class ProcessMemoryTest {
  @Test
  void partsStayBelowTheContainersLimit() {
    for (long size : new long[] {192, 256, 512, 640, 1024, 1728, 8192, 65_536}) {
      ProcessMemory memory = ProcessMemory.of(MemorySize.ofMebiBytes(size), "option");
      long left = size - memory.heap() - memory.direct();
      assertTrue(left >= 96, () -> size + " leaves too little for the JVM: " + memory);
      assertTrue(memory.heap() >= size / 4, () -> size + " has a small heap: " + memory);
    }
  }

  @Test
  void heapAndBuffersAreOptionsOfTheJvm() {
    ProcessMemory memory = ProcessMemory.of(MemorySize.ofMebiBytes(1024), "option");

    assertEquals(768, memory.heap());
    assertEquals(128, memory.direct());
    assertTrue(memory.jvmOptions().contains("-Xmx768m"));
    assertTrue(memory.jvmOptions().contains("-XX:MaxDirectMemorySize=128m"));
  }

  @Test
  void memoryOutsideOfTheHeapIsTakenFromItDownToAQuarter() {
    ProcessMemory memory = ProcessMemory.of(MemorySize.ofMebiBytes(1024), "option");

    assertEquals(640, memory.leaving(MemorySize.ofMebiBytes(128)).heap());
    assertEquals(256, memory.leaving(MemorySize.ofMebiBytes(4096)).heap());
  }

  @Test
  void tooLittleIsRefusedWithTheOption() {
    WeftException refused =
        assertThrows(
            WeftException.class,
            () -> ProcessMemory.of(MemorySize.ofMebiBytes(64), "jobmanager.memory.process.size"));

    assertTrue(refused.getMessage().contains("jobmanager.memory.process.size"));
    assertTrue(refused.getMessage().contains("192"));
  }
}
