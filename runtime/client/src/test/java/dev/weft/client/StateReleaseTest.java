package dev.weft.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.JobStatus;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.checkpoint.SnapshotClaim;
import dev.weft.engine.server.host.LocalFileStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot is taken away from a job that is gone, and from no other. */
class StateReleaseTest {
  private static final String JOB = "1".repeat(32);

  @TempDir Path directory;
  private final FileStore files = new LocalFileStore();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void claim() throws IOException {
    FakeTarget.reset();
    SnapshotClaim.make(files, path(), JOB);
  }

  private String path() {
    return "file://" + directory;
  }

  private boolean isClaimed() {
    return Files.exists(directory.resolve(SnapshotClaim.NAME));
  }

  private int release(String... more) {
    out.reset();
    err.reset();
    String[] arguments = new String[more.length + 5];
    String[] first = {"state", "release", "-t", "fake", path()};
    System.arraycopy(first, 0, arguments, 0, first.length);
    System.arraycopy(more, 0, arguments, first.length, more.length);
    return Weft.run(
        arguments,
        Map.of(),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @Test
  void aJobThatHasEndedLosesIt() {
    FakeTarget.ANSWERS.add(FakeTarget.progress(JobStatus.FAILED, "gone"));
    assertEquals(0, release(), err::toString);
    assertFalse(isClaimed());
    assertTrue(out.toString().contains("by job " + JOB), out::toString);
    assertTrue(out.toString().contains(" was claimed at 2"), out::toString);
    assertEquals(0, release(), err::toString);
    assertTrue(out.toString().contains("No job has claimed"), out::toString);
  }

  @Test
  void aJobThatRunsKeepsItWhateverIsAsked() {
    FakeTarget.ANSWERS.add(FakeTarget.progress(JobStatus.RUNNING, ""));
    assertEquals(CommandException.USAGE, release());
    assertEquals(CommandException.USAGE, release("--force"));
    assertTrue(err.toString().contains("Job " + JOB + " is RUNNING"), err::toString);
    assertTrue(isClaimed());
  }

  @Test
  void whereNobodyCanTellItTakesForce() {
    FakeTarget.ANSWERS.add(new IOException("connection refused"));
    assertEquals(CommandException.USAGE, release());
    assertTrue(err.toString().contains("connection refused"), err::toString);
    assertTrue(err.toString().contains("--force"), err::toString);
    assertTrue(isClaimed());
    assertEquals(0, release("--force"), err::toString);
    assertFalse(isClaimed());
  }

  @Test
  void aJobThatTheClusterDoesNotKnowMayRunOnAnother() {
    FakeTarget.ANSWERS.add(new WeftException(ErrorCode.USER, "no such job"));
    assertEquals(CommandException.USAGE, release());
    assertTrue(err.toString().contains("does not know job " + JOB), err::toString);
    assertTrue(isClaimed());
  }

  @Test
  void aDamagedMarkTakesForce() throws IOException {
    Files.write(directory.resolve(SnapshotClaim.NAME), new byte[] {1, 2, 3});
    assertEquals(CommandException.USAGE, release());
    assertTrue(out.toString().contains("can not be told"), out::toString);
    assertEquals(0, release("--force"), err::toString);
    assertFalse(isClaimed());
  }

  @Test
  void aDirectoryThatIsNotThereIsRefused() throws IOException {
    Files.delete(directory.resolve(SnapshotClaim.NAME));
    Files.delete(directory);
    assertEquals(CommandException.USAGE, release());
    assertTrue(err.toString().contains("There is nothing at"), err::toString);
  }
}
