package dev.weft.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts that cannot succeed: the class path holds no daemon. */
class SandboxStartTest {
  @TempDir Path dir;

  private Sandbox sandbox() {
    return new Sandbox(dir, dir.resolve("no-jars").toString(), line -> {});
  }

  @Test
  void aDaemonThatDiesIsReportedWithItsLastWordsAndTheOthersEnd() {
    var failure = assertThrows(SandboxException.class, () -> sandbox().start());
    assertTrue(failure.getMessage().contains("ended while starting"), failure.getMessage());
    assertTrue(failure.getMessage().contains("ClassNotFoundException"), failure.getMessage());
    assertTrue(StateFile.read(new Layout(dir).stateFile()).daemons().isEmpty());
  }

  @Test
  void aStaleProcessIdIsNoRunningDaemon() {
    StateFile state = StateFile.empty();
    state.daemons().put(Daemon.NAMENODE, new DaemonProcess(ProcessHandle.current().pid(), 1));
    state.write(new Layout(dir).stateFile());
    assertTrue(sandbox().status().stream().allMatch(status -> status.process().isEmpty()));
    assertEquals(0, sandbox().stop(false));
    assertTrue(ProcessHandle.current().isAlive());
  }

  @Test
  void twoStartsExcludeEachOther() throws Exception {
    Layout layout = new Layout(dir);
    try (FileChannel channel =
        FileChannel.open(layout.lockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      assertTrue(channel.lock().isValid());
      var failure = assertThrows(SandboxException.class, () -> sandbox().start());
      assertTrue(failure.getMessage().contains("Another start or stop"), failure.getMessage());
    }
  }

  @Test
  void linksNeedASandbox() {
    var failure = assertThrows(SandboxException.class, () -> sandbox().zooKeeperQuorum());
    assertTrue(failure.getMessage().contains("weft sandbox start"), failure.getMessage());
    assertFalse(Files.exists(new Layout(dir).stateFile()));
  }
}
