package dev.weft.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.sandbox.Ports.Port;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {
  @TempDir Path dir;

  @Test
  void whatIsWrittenIsRead() {
    StateFile state = StateFile.empty();
    state.ports().put(Port.ZOOKEEPER, 21_500);
    state.daemons().put(Daemon.ZOOKEEPER, new DaemonProcess(42, 1_000));
    Path file = dir.resolve("sandbox.json");
    state.write(file);
    assertEquals(state, StateFile.read(file));
  }

  @Test
  void noFileIsAnEmptyState() {
    assertEquals(StateFile.empty(), StateFile.read(dir.resolve("none.json")));
  }

  @Test
  void aBrokenFileIsNamed() throws Exception {
    Path file = dir.resolve("sandbox.json");
    for (String text : new String[] {"{\"version\":1,\"por", "{}", "{\"version\":9}"}) {
      Files.writeString(file, text);
      var failure = assertThrows(SandboxException.class, () -> StateFile.read(file));
      assertTrue(failure.getMessage().contains(file.toString()), failure.getMessage());
    }
  }

  @Test
  void aRecycledProcessIdIsNotOurProcess() {
    long pid = ProcessHandle.current().pid();
    assertTrue(DaemonProcess.of(ProcessHandle.current()).isAlive());
    assertFalse(new DaemonProcess(pid, 12_345).isAlive());
  }
}
