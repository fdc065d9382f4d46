package dev.weft.engine.simulated;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.conformance.RefusingFileStoreContract;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract of file stores on the simulated one, and the faults that only it has at will. */
class SimulatedFilesTest extends RefusingFileStoreContract {
  private static final String ROOT = "hdfs://cluster/root";

  private final SimulatedCluster cluster = new SimulatedCluster(3);
  private final SimulatedWorld one = cluster.start("one");
  private final SimulatedWorld two = cluster.start("two");

  @BeforeEach
  void makeRoot() throws IOException {
    one.files().createDirectories(ROOT);
  }

  @Override
  protected FileStore store() {
    return one.files();
  }

  @Override
  protected FileStore another() {
    return two.files();
  }

  @Override
  protected String root() {
    return ROOT;
  }

  @Override
  protected void refuseChanges(boolean refuse) {
    cluster.files().refuseChanges(refuse ? "safe mode" : null);
  }

  @Override
  protected void full(boolean noRoom) {
    cluster.files().full(noRoom);
  }

  private void faults(double fails, double replyLost) {
    cluster.faults(new SimulatedFaults(0, 500, fails, replyLost, 0, 0, 2000));
  }

  @Test
  void aCallWhoseReplyIsLostHasHappened() throws IOException {
    store().create(ROOT + "/a").close();
    faults(0, 1);
    assertThrows(IOException.class, () -> store().rename(ROOT + "/a", ROOT + "/b"));
    assertThrows(IOException.class, () -> store().create(ROOT + "/c"));
    faults(0, 0);
    assertTrue(store().status(ROOT + "/a").isEmpty());
    assertTrue(store().status(ROOT + "/b").isPresent());
    assertTrue(store().status(ROOT + "/c").isPresent());
  }

  @Test
  void aFailedCloseLeavesAPartWhichAnAbortRemoves() throws IOException {
    byte[] bytes = {1, 2, 3, 4, 5, 6};
    FileOutput output = store().create(ROOT + "/a");
    output.write(bytes);
    faults(1, 0);
    assertThrows(IOException.class, output::close);
    faults(0, 0);
    byte[] torn = cluster.files().read(ROOT + "/a");
    assertTrue(torn.length < bytes.length);
    assertArrayEquals(Arrays.copyOf(bytes, torn.length), torn);
    output.abort();
    assertTrue(store().status(ROOT + "/a").isEmpty());
  }

  @Test
  void theFileOfADeadProcessIsTorn() throws IOException {
    FileOutput output = two.files().create(ROOT + "/a");
    output.write(new byte[100]);
    cluster.kill(two);
    assertTrue(store().status(ROOT + "/a").orElseThrow().length() < 100);
    assertEquals(1, store().list(ROOT).size());
  }
}
