package dev.weft.engine.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.server.host.LocalFileStore;
import dev.weft.engine.simulated.SimulatedCluster;
import dev.weft.engine.simulated.SimulatedFaults;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotClaimTest {
  private static final String ONE = "1".repeat(32);
  private static final String TWO = "2".repeat(32);

  @TempDir private Path directory;
  private final FileStore files = new LocalFileStore();

  private String snapshot() {
    return "file://" + directory;
  }

  private boolean isClaimed() {
    return Files.exists(directory.resolve(SnapshotClaim.NAME));
  }

  private void assertRefused(String jobId, String owner) {
    WeftException refused =
        assertThrows(WeftException.class, () -> SnapshotClaim.make(files, snapshot(), jobId));
    assertEquals(ErrorCode.USER, refused.code());
    assertTrue(refused.getMessage().contains(owner), refused.getMessage());
    assertTrue(
        refused.getMessage().contains("weft state release " + snapshot()), refused.getMessage());
  }

  @Test
  void oneJobHasItUntilItGivesItBack() throws IOException {
    SnapshotClaim.make(files, snapshot(), ONE);
    SnapshotClaim.make(files, snapshot(), ONE);
    assertRefused(TWO, "job " + ONE);
    SnapshotClaim.release(files, snapshot(), TWO);
    assertRefused(TWO, "job " + ONE);
    SnapshotClaim.release(files, snapshot(), ONE);
    SnapshotClaim.release(files, snapshot(), ONE);
    assertFalse(isClaimed());
    SnapshotClaim.make(files, snapshot(), TWO);
    assertRefused(ONE, "job " + TWO);
  }

  @Test
  void itIsTakenFromTheHolderThatWasSeenOnly() throws IOException {
    assertTrue(SnapshotClaim.holder(files, snapshot()).isEmpty());
    SnapshotClaim.make(files, snapshot(), ONE);
    SnapshotClaim.Holder holder = SnapshotClaim.holder(files, snapshot()).orElseThrow();
    assertEquals(ONE, holder.jobId());
    SnapshotClaim.release(files, snapshot(), ONE);
    SnapshotClaim.make(files, snapshot(), TWO);
    SnapshotClaim.revoke(files, snapshot(), holder);
    assertRefused(ONE, "job " + TWO);
    SnapshotClaim.revoke(files, snapshot(), SnapshotClaim.holder(files, snapshot()).orElseThrow());
    assertFalse(isClaimed());
  }

  @Test
  void ofManyAtOnceOneGetsIt() throws Exception {
    int jobs = 8;
    ExecutorService threads = Executors.newFixedThreadPool(jobs);
    try {
      for (int round = 0; round < 20; round++) {
        Path place = Files.createDirectory(directory.resolve("round-" + round));
        CyclicBarrier start = new CyclicBarrier(jobs);
        List<Future<Boolean>> claims = new ArrayList<>();
        for (int job = 0; job < jobs; job++) {
          String jobId = "job-" + job;
          Callable<Boolean> claim =
              () -> {
                start.await();
                try {
                  SnapshotClaim.make(new LocalFileStore(), "file://" + place, jobId);
                  return true;
                } catch (WeftException e) {
                  return false;
                }
              };
          claims.add(threads.submit(claim));
        }
        int got = 0;
        for (Future<Boolean> each : claims) {
          got += each.get() ? 1 : 0;
        }
        assertEquals(1, got);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Whoever was interrupted while it claimed is not taken for nobody. */
  @Test
  void aClaimThatIsNotWholeIsNobodyElses() throws IOException {
    try (FileOutput torn = files.create(snapshot() + "/" + SnapshotClaim.NAME)) {
      torn.write(ONE.getBytes(StandardCharsets.US_ASCII), 0, 10);
    }
    assertRefused(ONE, "a job that can not be told");
    SnapshotClaim.release(files, snapshot(), ONE);
    assertTrue(isClaimed());
  }

  @Test
  void aClaimWhoseAnswerIsLostIsFoundOut() throws IOException {
    SimulatedCluster cluster = new SimulatedCluster(3);
    FileStore simulated = cluster.start("am").files();
    simulated.createDirectories("/snapshot");
    cluster.faults(new SimulatedFaults(0, 500, 0.2, 0.5, 0, 0, 2000));
    int unknown = 0;
    for (boolean made = false; !made; ) {
      assertTrue(unknown < 100, "never found out");
      try {
        SnapshotClaim.make(simulated, "/snapshot", ONE);
        made = true;
      } catch (IOException e) {
        unknown++;
      }
    }
    cluster.faults(SimulatedFaults.NONE);
    assertEquals(
        Set.of("/snapshot/" + SnapshotClaim.NAME), Set.copyOf(cluster.files().paths("/snapshot")));
    assertThrows(WeftException.class, () -> SnapshotClaim.make(simulated, "/snapshot", TWO));
    SnapshotClaim.make(simulated, "/snapshot", ONE);
  }
}
