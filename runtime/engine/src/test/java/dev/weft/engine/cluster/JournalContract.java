package dev.weft.engine.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStatus;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.checkpoint.ChecksummedFile.DamagedException;
import dev.weft.engine.checkpoint.JobJournal;
import dev.weft.engine.checkpoint.Lifetime;
import dev.weft.engine.checkpoint.RegisteredCheckpoint;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.cluster.FaultyStorage.Fault;
import dev.weft.engine.job.Submission;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.RescaleOrder;
import dev.weft.engine.world.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the journal must do on every file store and election, the simulated ones too: what was said
 * to be recorded is found by each later leader, in order and once, whatever was not answered; a
 * deposed leader changes nothing; and what is damaged is never taken for what was never there. A
 * test class extends this with its store and election.
 */
public abstract class JournalContract {
  private static final int PATIENCE_SECONDS = 10;
  private static final int TRIES_MAX = 12;
  private static final String JOB = "1".repeat(32);
  private static final String OTHER = "2".repeat(32);

  private final List<Term> terms = new ArrayList<>();

  /** The store of the journal's files. */
  protected abstract FileStore files() throws IOException;

  /** An existing directory of the store, new for each test. */
  protected abstract String directory() throws IOException;

  /** The election of the application as one more process sees it, which has not joined. */
  protected abstract LeaderElection open() throws Exception;

  /** As {@code LeaderElectionContract.depose}. */
  protected abstract void depose(LeaderElection leader) throws Exception;

  /** As {@code LeaderElectionContract.await}. */
  protected void await(BlockingQueue<String> events) {}

  /** Closes all elections, for a test that has to before it stops a server. */
  @AfterEach
  protected final void closeElections() throws IOException {
    for (Term term : terms) {
      term.election.close();
    }
    terms.clear();
  }

  /** A leader and its journal. */
  private final class Term implements LeaderElection.Listener {
    final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    final PumpedWorld world;
    final FaultyStorage storage;
    final LeaderElection election;
    final List<String> fenced = new ArrayList<>();
    Journal journal;
    long epoch;

    Term() throws Exception {
      election = open();
      storage = new FaultyStorage(files(), election);
      world = new PumpedWorld(storage.files());
    }

    @Override
    public void granted(long granted) {
      events.add("granted " + granted);
    }

    @Override
    public void suspended() {}

    @Override
    public void resumed() {}

    @Override
    public void lost(String reason) {
      events.add("lost");
    }

    /**
     * Waits for the grant; the former leader may have come back before this candidate was there.
     */
    void awaitGrant(Term former) throws Exception {
      String event = null;
      for (int tries = 0; event == null; tries++) {
        assertTrue(tries < TRIES_MAX, "nothing heard");
        if (former != null) {
          depose(former.election);
        }
        await(events);
        event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
      assertTrue(event.startsWith("granted "), event);
      epoch = Long.parseLong(event.substring("granted ".length()));
      journal =
          new Journal(
              world,
              storage.election(),
              directoryUnchecked(),
              epoch,
              new Lifetime(world),
              fenced::add);
    }

    JobJournal create(String jobId) {
      List<Outcome<JobJournal>> outcomes = new ArrayList<>();
      journal.create(new Submission(plan(jobId), List.of(), 1234), outcomes::add);
      world.pump();
      return assertInstanceOf(Outcome.Success.class, outcomes.get(0)).value()
              instanceof JobJournal created
          ? created
          : null;
    }

    ReplayedJob replay(String jobId) throws IOException {
      return journal.replay().stream()
          .filter(job -> job.jobId().equals(jobId))
          .findFirst()
          .orElse(null);
    }

    ReplayedJob.Whole whole(String jobId) throws IOException {
      return assertInstanceOf(ReplayedJob.Whole.class, replay(jobId));
    }
  }

  private String directoryUnchecked() {
    try {
      return directory();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The next leader; the one before is deposed, and those before that have left. */
  private Term lead() throws Exception {
    while (terms.size() > 1) {
      terms.remove(0).election.close();
    }
    Term former = terms.isEmpty() ? null : terms.get(0);
    Term next = new Term();
    terms.add(next);
    next.election.start("candidate", next);
    next.awaitGrant(former);
    return next;
  }

  private static JobPlan plan(String jobId) {
    return new JobPlan(
        jobId,
        "numbers",
        List.of(),
        List.of(),
        Map.of(),
        Map.of(),
        false,
        List.of(),
        Map.of("a", "b"),
        Set.of());
  }

  private static List<RegisteredCheckpoint> checkpoints(long id) {
    String path = "/checkpoints/1-" + id;
    return List.of(
        new RegisteredCheckpoint(id, 1, path + "/_metadata", 500, 99, false, List.of(path + "/w")));
  }

  private static JobJournal.End end() {
    return new JobJournal.End("FINISHED", null, 5678, checkpoints(9), null);
  }

  /** Records something of every kind. */
  private static void recordAll(JobJournal journal, Runnable then) {
    journal.registerAttempt(1, List.of(4, 2), List.of(1, 1), then);
    journal.registerRescale(new RescaleOrder("r", List.of(3, 3)), then);
    journal.registerAttempt(2, List.of(3, 3), List.of(2, 1), then);
    journal.reserveCheckpointIds(200, then);
    journal.registerCheckpoints(checkpoints(7), null, then);
    journal.registerCheckpoints(checkpoints(8), null, then);
    journal.registerStop(new SnapshotOrder("s", SnapshotOrder.Kind.STOP, "/savepoints"), then);
  }

  private static final int ALL = 7;

  private static void assertAll(JobJournal journal, ReplayedJob.Whole job) {
    assertEquals(2, journal.attempt());
    assertEquals(2, journal.attemptAt(0));
    assertEquals(1, journal.attemptAt(1));
    assertEquals(List.of(3, 3), journal.parallelisms());
    assertEquals(new RescaleOrder("r", List.of(3, 3)), journal.rescale());
    assertTrue(journal.checkpointIdLimit() >= 200);
    assertEquals("s", journal.stop().id());
    assertEquals(checkpoints(8), job.checkpoints());
    assertEquals(1234, job.submission().submittedMillis());
    assertEquals(Map.of("a", "b"), job.submission().plan().configuration());
    assertNull(job.end());
  }

  @Test
  void theNextLeaderFindsWhatWasRecorded() throws Exception {
    Term one = lead();
    int[] recorded = new int[1];
    recordAll(one.create(JOB), () -> recorded[0]++);
    one.create(OTHER);
    one.world.pump();
    assertEquals(ALL, recorded[0]);
    Term two = lead();
    assertEquals(2, two.journal.replay().size());
    ReplayedJob.Whole job = two.whole(JOB);
    JobJournal next = two.journal.open(job);
    assertAll(next, job);
    next.registerEnd(end(), () -> recorded[0]++);
    two.world.pump();
    assertEquals(ALL + 1, recorded[0]);
    Term three = lead();
    assertEquals(end(), three.whole(JOB).end());
    assertNull(three.whole(OTHER).end());
    assertEquals(0, three.journal.open(three.whole(OTHER)).attempt());
    assertEquals(List.of(), one.fenced);
  }

  @Test
  void recordsTakeEffectInTheOrderGivenAndBeforeTheyAreAnswered() throws Exception {
    Term one = lead();
    JobJournal journal = one.create(JOB);
    List<String> heard = new ArrayList<>();
    List<String> found = new ArrayList<>();
    for (int i = 1; i <= 10; i++) {
      String expected = i + " " + i;
      int attempt = i;
      journal.registerCheckpoints(checkpoints(i), null, () -> {});
      journal.registerAttempt(
          attempt,
          List.of(1),
          List.of(attempt),
          () -> {
            heard.add(expected);
            found.add(summary(one));
          });
    }
    assertEquals(0, journal.attempt());
    one.world.pump();
    assertEquals(10, heard.size());
    assertEquals(heard, found);
  }

  private static String summary(Term term) {
    try {
      ReplayedJob.Whole job = term.whole(JOB);
      return job.pointer().attempt() + " " + job.checkpoints().get(0).id();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Whatever fails, tears or is not answered: each record is there once, and answered once. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void outcomesThatAreNotKnownAreFoundOut(long seed) throws Exception {
    Term one = lead();
    Random random = new Random(seed);
    JobJournal journal = one.create(JOB);
    one.storage.chance(
        () -> random.nextInt(3) > 0 ? Fault.values()[random.nextInt(4)] : Fault.NONE);
    int[] recorded = new int[1];
    recordAll(journal, () -> recorded[0]++);
    one.world.pump();
    assertEquals(ALL, recorded[0]);
    assertTrue(one.storage.faults() > 0, "there were no faults");
    assertAll(journal, one.storage.without(() -> one.whole(JOB)));
    Term two = lead();
    ReplayedJob.Whole job = two.whole(JOB);
    assertAll(two.journal.open(job), job);
    assertEquals(List.of(), one.fenced);
  }

  @Test
  void aTornRecordIsLeftBehindAndNeverRead() throws Exception {
    Term one = lead();
    JobJournal journal = one.create(JOB);
    for (int number = 2; number < 6; number++) {
      write(path(JOB, one.epoch + "-" + number), new byte[] {1, 2, 3});
    }
    int[] recorded = new int[1];
    recordAll(journal, () -> recorded[0]++);
    one.world.pump();
    assertEquals(ALL, recorded[0]);
    Term two = lead();
    assertAll(two.journal.open(two.whole(JOB)), two.whole(JOB));
  }

  @Test
  void aDeposedLeaderRecordsNothing() throws Exception {
    Term one = lead();
    JobJournal zombie = one.create(JOB);
    int[] recorded = new int[1];
    recordAll(zombie, () -> recorded[0]++);
    one.world.pump();
    Term two = lead();
    JobJournal journal = two.journal.open(two.whole(JOB));
    zombie.registerCheckpoints(checkpoints(9), null, () -> recorded[0]++);
    zombie.registerAttempt(3, List.of(1, 1), List.of(3, 3), () -> recorded[0]++);
    one.world.pump();
    assertEquals(ALL, recorded[0]);
    assertEquals(1, one.fenced.size(), "heard of it");
    assertAll(journal, two.whole(JOB));
    journal.registerCheckpoints(checkpoints(10), null, () -> recorded[0]++);
    two.world.pump();
    assertEquals(ALL + 1, recorded[0]);
    assertEquals(checkpoints(10), two.whole(JOB).checkpoints());
    assertThrows(LeaderElection.FencedException.class, () -> one.journal.remove(JOB));
    assertThrows(LeaderElection.FencedException.class, () -> one.journal.removeAll());
    assertEquals(checkpoints(10), two.whole(JOB).checkpoints());
    List<Outcome<JobJournal>> outcomes = new ArrayList<>();
    one.journal.create(new Submission(plan(OTHER), List.of(), 1), outcomes::add);
    one.world.pump();
    assertEquals(List.of(), outcomes);
    assertEquals(1, two.journal.replay().size());
  }

  @Test
  void onlyALeaderThatStillLeadsIsConfirmed() throws Exception {
    Term one = lead();
    JobJournal journal = one.create(JOB);
    recordAll(journal, () -> {});
    int[] confirmed = new int[1];
    journal.confirm(() -> confirmed[0]++);
    one.world.pump();
    assertEquals(1, confirmed[0]);
    Term two = lead();
    journal.confirm(() -> confirmed[0]++);
    one.world.pump();
    assertEquals(1, confirmed[0]);
    assertEquals(1, one.fenced.size(), "heard of it");
    assertAll(two.journal.open(two.whole(JOB)), two.whole(JOB));
  }

  /** Its file is there, but no pointer will ever name it. */
  @Test
  void aLeaderThatIsDeposedInTheMiddleOfARecordDidNotRecordIt() throws Exception {
    Term one = lead();
    JobJournal journal = one.create(JOB);
    int[] recorded = new int[1];
    recordAll(journal, () -> recorded[0]++);
    one.world.pump();
    List<Term> next = new ArrayList<>();
    one.storage.beforePointer(() -> next.add(lead()));
    journal.registerCheckpoints(checkpoints(9), null, () -> recorded[0]++);
    one.world.pump();
    assertEquals(ALL, recorded[0]);
    assertEquals(1, one.fenced.size());
    Term two = next.get(0);
    assertAll(two.journal.open(two.whole(JOB)), two.whole(JOB));
  }

  @Test
  void whatNoRecordNamesAnyMoreIsDeleted() throws Exception {
    Term one = lead();
    JobJournal journal = one.create(JOB);
    for (int i = 1; i <= 10; i++) {
      journal.registerCheckpoints(checkpoints(i), null, () -> {});
    }
    one.world.pump();
    assertEquals(3, files().list(path(JOB, "")).size(), "plan, submission and newest checkpoints");
    one.journal.remove(JOB);
    one.journal.remove(JOB);
    assertEquals(List.of(), one.journal.replay());
    assertTrue(files().status(path(JOB, "")).isEmpty());
    one.create(OTHER);
    one.journal.removeAll();
    assertEquals(List.of(), lead().journal.replay());
    assertTrue(files().list(directory() + "/journal").isEmpty());
  }

  @Test
  void everyDamagedFileIsNoticedAndNamed() throws Exception {
    Term one = lead();
    JobJournal journal = one.create(JOB);
    recordAll(journal, () -> {});
    journal.registerEnd(end(), () -> {});
    one.create(OTHER);
    one.world.pump();
    Map<String, UnaryOperator<byte[]>> damages =
        Map.of(
            "flipped", bytes -> flipped(bytes, bytes.length / 2),
            "flipped at its end", bytes -> flipped(bytes, bytes.length - 1),
            "cut", bytes -> Arrays.copyOf(bytes, bytes.length / 2),
            "empty", bytes -> new byte[0],
            "missing", bytes -> null);
    List<FileStatus> records = files().list(path(JOB, ""));
    assertEquals(4, records.size(), records.toString());
    Term two = lead();
    byte[] another = read(files().list(path(OTHER, "")).get(0).path());
    for (FileStatus record : records) {
      byte[] good = read(record.path());
      for (Map.Entry<String, UnaryOperator<byte[]>> damage : damages.entrySet()) {
        replace(record.path(), damage.getValue().apply(good));
        assertDamaged(two, record.path(), record.name() + " is " + damage.getKey());
      }
      replace(record.path(), another);
      assertDamaged(two, record.path(), record.name() + " has whole bytes of another record");
      replace(record.path(), good);
      assertEquals(end(), two.whole(JOB).end());
    }
  }

  private static void assertDamaged(Term term, String path, String what) throws IOException {
    ReplayedJob.Damaged damaged =
        assertInstanceOf(ReplayedJob.Damaged.class, term.replay(JOB), what);
    assertEquals(ErrorCode.DATA, damaged.why().code());
    String message = damaged.why().message();
    assertTrue(message.contains(path.substring(path.lastIndexOf('/'))), message);
    assertTrue(message.contains("Bring the file back"), message);
    term.whole(OTHER);
  }

  @Test
  void aDamagedPointerIsNoticed() throws Exception {
    Term one = lead();
    recordAll(one.create(JOB), () -> {});
    one.create(OTHER);
    one.world.pump();
    String name = "job-" + JOB;
    byte[] good = one.election.readPointer(one.epoch, name).orElseThrow();
    for (byte[] bad :
        List.of(
            flipped(good, 20),
            flipped(good, good.length - 1),
            Arrays.copyOf(good, good.length - 5),
            new byte[] {1},
            new byte[0])) {
      one.election.writePointer(one.epoch, name, bad);
      ReplayedJob.Damaged damaged =
          assertInstanceOf(ReplayedJob.Damaged.class, one.replay(JOB), "of " + bad.length);
      assertTrue(
          damaged.why().message().contains("The pointer of job " + JOB), damaged.why().message());
      one.whole(OTHER);
    }
    one.election.writePointer(one.epoch, name, good);
    assertEquals(checkpoints(8), one.whole(JOB).checkpoints());
  }

  @Test
  void nothingIsConcludedFromWhatCanNotBeReadNow() throws Exception {
    Term one = lead();
    recordAll(one.create(JOB), () -> {});
    one.world.pump();
    Term two = lead();
    int refusals = 0;
    for (ReplayedJob.Whole found = null; found == null; ) {
      two.storage.failReadsAfter(refusals);
      try {
        found = two.whole(JOB);
      } catch (IOException e) {
        assertFalse(e instanceof DamagedException, e.toString());
        refusals++;
      }
    }
    assertTrue(refusals >= 4, "pointers, submission, plan and checkpoints: " + refusals);
    two.storage.failReadsAfter(Integer.MAX_VALUE);
    assertAll(two.journal.open(two.whole(JOB)), two.whole(JOB));
  }

  private String path(String jobId, String name) throws IOException {
    String below = directory() + "/journal/" + jobId;
    return name.isEmpty() ? below : below + "/" + name;
  }

  private static byte[] flipped(byte[] bytes, int at) {
    byte[] flipped = bytes.clone();
    flipped[at] ^= 1;
    return flipped;
  }

  private byte[] read(String path) throws IOException {
    try (FileInput input = files().open(path)) {
      return input.readAllBytes();
    }
  }

  private void replace(String path, byte[] bytes) throws IOException {
    files().delete(path);
    if (bytes != null) {
      write(path, bytes);
    }
  }

  private void write(String path, byte[] bytes) throws IOException {
    try (FileOutput output = files().create(path)) {
      output.write(bytes);
    }
  }
}
