package dev.weft.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.JobStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JobFollowerTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private Instant now = Instant.ofEpochSecond(100);

  @BeforeEach
  void forget() {
    FakeTarget.reset();
  }

  private JobFollower follower(boolean terminal) {
    ProgressDisplay display =
        new ProgressDisplay(
            new PrintStream(bytes, true, StandardCharsets.UTF_8), terminal, 60, () -> now);
    return new JobFollower(
        new FakeTarget.Connection(),
        display,
        Duration.ofSeconds(60),
        () -> now,
        pause -> now = now.plus(pause));
  }

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void plainOutputGetsALineForEachStateAndNowAndThen() throws Exception {
    for (int i = 0; i < 30; i++) {
      FakeTarget.ANSWERS.add(FakeTarget.progress(JobStatus.RUNNING, ""));
    }
    FakeTarget.ANSWERS.add(FakeTarget.progress(JobStatus.FINISHED, ""));
    assertEquals(JobStatus.FINISHED, follower(false).follow("j").status());
    assertEquals(3, printed().lines().count(), printed());
    assertTrue(
        printed().contains("RUNNING  in 10  out 3  tasks 2/4  checkpoint 7 (99 s ago)"), printed());
  }

  @Test
  void troubleThatChangesIsToldNowAndThenOnly() throws Exception {
    for (int i = 0; i < 30; i++) {
      FakeTarget.ANSWERS.add(FakeTarget.progress(JobStatus.RUNNING, i + " checkpoints failed"));
    }
    FakeTarget.ANSWERS.add(FakeTarget.progress(JobStatus.FINISHED, ""));
    follower(false).follow("j");
    assertEquals(3, printed().lines().count(), printed());
    assertTrue(printed().lines().findFirst().orElseThrow().endsWith("0 checkpoints failed"));
  }

  @Test
  void theCauseOfAnEndIsLeftToTheErrorLine() throws Exception {
    FakeTarget.ANSWERS.add(FakeTarget.progress(JobStatus.RUNNING, "2 checkpoints in a row failed"));
    FakeTarget.ANSWERS.add(FakeTarget.progress(JobStatus.FAILED, "the path does not exist"));
    assertEquals("the path does not exist", follower(false).follow("j").message());
    assertTrue(printed().contains("2 checkpoints in a row failed"), printed());
    assertTrue(!printed().contains("the path does not exist"), printed());
  }

  @Test
  void terminalRewritesOneLineThatFits() throws Exception {
    FakeTarget.ANSWERS.add(
        FakeTarget.progress(JobStatus.CREATED, "waits for 2 slots, because the queue is full"));
    FakeTarget.ANSWERS.add(FakeTarget.progress(JobStatus.FINISHED, ""));
    follower(true).follow("j");
    assertEquals(1, printed().chars().filter(c -> c == '\n').count());
    for (String piece : printed().split("\r\u001B\\[K")) {
      assertTrue(piece.strip().length() < 60, piece);
    }
  }

  @Test
  void leaderThatComesBackIsWaitedFor() throws Exception {
    FakeTarget.ANSWERS.add(new IOException("refused"));
    FakeTarget.ANSWERS.add(new IOException("refused"));
    FakeTarget.ANSWERS.add(FakeTarget.progress(JobStatus.FINISHED, ""));
    assertEquals(JobStatus.FINISHED, follower(false).follow("j").status());
    assertTrue(printed().contains("The JobManager is back"), printed());
  }

  @Test
  void leaderThatStaysAwayEndsTheWaiting() {
    FakeTarget.ANSWERS.add(new IOException("refused"));
    CommandException e = assertThrows(CommandException.class, () -> follower(false).follow("j"));
    assertEquals(CommandException.JOB_FAILED, e.exitCode());
    assertTrue(e.getMessage().contains("60 s"), e.getMessage());
  }
}
