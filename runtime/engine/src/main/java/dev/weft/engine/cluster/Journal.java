package dev.weft.engine.cluster;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.checkpoint.ChecksummedFile;
import dev.weft.engine.checkpoint.ChecksummedFile.DamagedException;
import dev.weft.engine.checkpoint.JobJournal;
import dev.weft.engine.checkpoint.Lifetime;
import dev.weft.engine.cluster.JournalRecord.Pointer;
import dev.weft.engine.cluster.JournalRecord.Reference;
import dev.weft.engine.job.Submission;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.JobPlanCodec;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.world.Outcome;
import dev.weft.engine.world.Rule;
import dev.weft.engine.world.World;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The durable facts of an application. A fact is a small file {@code
 * <directory>/journal/<job>/<epoch>-<number>}, and counts once the job's pointer in the election
 * names it with length and checksum; the election refuses pointers of a deposed leader. Reading
 * checks every byte: what is missing or damaged is never taken for what was never there.
 */
final class Journal {
  private static final String POINTER_PREFIX = "job-";

  private final World world;
  private final LeaderElection election;
  private final String directory;
  private final long epoch;
  private final Lifetime lifetime;
  private final Consumer<String> fenced;

  /**
   * The journal under an epoch.
   *
   * @param directory of the application
   * @param lifetime of the leader's term
   * @param fenced hears that this leader is deposed
   */
  Journal(
      World world,
      LeaderElection election,
      String directory,
      long epoch,
      Lifetime lifetime,
      Consumer<String> fenced) {
    this.world = world;
    this.election = election;
    this.directory = directory + "/journal";
    this.epoch = epoch;
    this.lifetime = lifetime;
    this.fenced = fenced;
  }

  World world() {
    return world;
  }

  void fenced(String reason) {
    fenced.accept(reason);
  }

  /**
   * Records a submission.
   *
   * @param then hears the journal of the job once the submission is durable
   */
  void create(Submission submission, Consumer<Outcome<JobJournal>> then) {
    String jobId = submission.plan().jobId();
    var lane = lifetime.own(world.background().lane("journal of " + jobId));
    lifetime.run(
        lane,
        () -> {
          world.files().createDirectories(directory + "/" + jobId);
          return createPlan(submission.plan());
        },
        outcome -> {
          if (outcome instanceof Outcome.Failure<Reference> failure) {
            then.accept(new Outcome.Failure<>(failure.cause()));
            return;
          }
          Reference plan = ((Outcome.Success<Reference>) outcome).value();
          JournalWriter writer =
              new JournalWriter(this, jobId, lifetime, lane, Pointer.first(plan));
          writer.registerSubmission(
              new JournalRecord.JobSubmitted(
                  jobId,
                  submission.plan().name(),
                  plan,
                  submission.artifacts(),
                  submission.submittedMillis()),
              () -> then.accept(new Outcome.Success<>(writer)));
        });
  }

  private Reference createPlan(JobPlan plan) throws IOException {
    byte[] sealed = ChecksummedFile.seal(JobPlanCodec.encode(plan));
    IOException last = null;
    for (int attempt = 1; attempt <= 3; attempt++) {
      String name = epoch + "-plan" + (attempt == 1 ? "" : "-" + attempt);
      try {
        ChecksummedFile.create(world.files(), path(plan.jobId(), name), sealed);
        return JournalWriter.reference(name, sealed);
      } catch (IOException e) {
        last = e;
      }
    }
    throw last;
  }

  /** The journal of a job that an earlier leader recorded. */
  JobJournal open(ReplayedJob.Whole job) {
    return new JournalWriter(
        this,
        job.jobId(),
        lifetime,
        lifetime.own(world.background().lane("journal of " + job.jobId())),
        job.pointer());
  }

  /** Creates a file of a job; blocks. The file counts only once a pointer names it. */
  Reference createFile(String jobId, long sequence, byte[] content) throws IOException {
    byte[] sealed = ChecksummedFile.seal(content);
    String name = epoch + "-" + sequence;
    ChecksummedFile.create(world.files(), path(jobId, name), sealed);
    return JournalWriter.reference(name, sealed);
  }

  /** The reference to a file that {@link #createFile} would create. */
  Reference referTo(long sequence, byte[] content) {
    return JournalWriter.reference(epoch + "-" + sequence, ChecksummedFile.seal(content));
  }

  /** Deletes a file that no pointer names any more; blocks. */
  boolean deleteFile(String jobId, String name) throws IOException {
    return world.files().delete(path(jobId, name));
  }

  /** Makes a job's records count; blocks. */
  void writePointer(String jobId, Pointer pointer) throws IOException {
    election.writePointer(
        epoch, POINTER_PREFIX + jobId, ChecksummedFile.seal(Pointer.CODEC.toBytes(pointer)));
  }

  /** Forgets a job that has ended; blocks. */
  void remove(String jobId) throws IOException {
    election.writePointer(epoch, POINTER_PREFIX + jobId, null);
    world.files().delete(directory + "/" + jobId);
  }

  /** Removes everything of the application; blocks. */
  void removeAll() throws IOException {
    election.removeAll(epoch);
    world.files().delete(directory);
  }

  /**
   * Reads all jobs; blocks.
   *
   * @throws IOException when something can not be read now; nothing may be concluded from that
   */
  List<ReplayedJob> replay() throws IOException {
    List<ReplayedJob> jobs = new ArrayList<>();
    for (String name : election.listPointers(epoch)) {
      if (name.startsWith(POINTER_PREFIX)) {
        var bytes = election.readPointer(epoch, name);
        if (bytes.isPresent()) {
          jobs.add(replay(name.substring(POINTER_PREFIX.length()), bytes.get()));
        }
      }
    }
    return jobs;
  }

  private JournalRecord.CheckpointCompleted checkpoints(String jobId, Pointer pointer)
      throws IOException {
    if (pointer.checkpoints() == null) {
      return JournalRecord.CheckpointCompleted.NONE;
    }
    try {
      return read(jobId, pointer.checkpoints(), JournalRecord.CheckpointCompleted.class);
    } catch (IOException e) {
      if (world.keeps(Rule.READ_WHOLE_JOURNAL)) {
        throw e;
      }
      return JournalRecord.CheckpointCompleted.NONE;
    }
  }

  private ReplayedJob replay(String jobId, byte[] sealedPointer) throws IOException {
    try {
      Pointer pointer = decodePointer(jobId, sealedPointer);
      JournalRecord.JobSubmitted submitted =
          read(jobId, pointer.submitted(), JournalRecord.JobSubmitted.class);
      JobPlan plan = JobPlanCodec.decode(readContent(jobId, submitted.plan()));
      JournalRecord.CheckpointCompleted checkpoints = checkpoints(jobId, pointer);
      JobJournal.End end =
          pointer.ended() == null
              ? null
              : read(jobId, pointer.ended(), JournalRecord.Ended.class).end();
      return new ReplayedJob.Whole(
          new Submission(plan, submitted.artifacts(), submitted.submittedMillis()),
          pointer,
          checkpoints.retained(),
          checkpoints.past(),
          end);
    } catch (DamagedException | WeftException e) {
      return new ReplayedJob.Damaged(
          jobId,
          new FailureReport(
              ErrorCode.DATA,
              "The journal of job "
                  + jobId
                  + " can not be trusted: "
                  + e.getMessage()
                  + ". The job does not run, since it would start from nothing; everything is kept."
                  + " Bring the file back and restart the JobManager, or submit the job again with"
                  + " execution.state-recovery.path set to its newest checkpoint",
              "",
              directory + "/" + jobId));
    }
  }

  private static Pointer decodePointer(String jobId, byte[] sealed) throws DamagedException {
    try {
      return Pointer.CODEC.fromBytes(ChecksummedFile.open(sealed, "The pointer of job " + jobId));
    } catch (DamagedException e) {
      throw e;
    } catch (IOException e) {
      throw new DamagedException(
          "The pointer of job " + jobId + " can not be understood: " + e.getMessage());
    }
  }

  private <R extends JournalRecord> R read(String jobId, Reference reference, Class<R> type)
      throws IOException {
    byte[] content = readContent(jobId, reference);
    try {
      JournalRecord record = JournalRecord.CODEC.fromBytes(content);
      if (type.isInstance(record)) {
        return type.cast(record);
      }
    } catch (IOException e) {
      throw new DamagedException(
          "The record "
              + path(jobId, reference.name())
              + " can not be understood: "
              + e.getMessage());
    }
    throw new DamagedException(
        "The record " + path(jobId, reference.name()) + " is no " + type.getSimpleName());
  }

  private byte[] readContent(String jobId, Reference reference) throws IOException {
    String path = path(jobId, reference.name());
    byte[] content = ChecksummedFile.read(world.files(), path);
    byte[] sealed = ChecksummedFile.seal(content);
    if (sealed.length != reference.bytes()
        || ChecksummedFile.checksumOf(sealed) != reference.crc32c()) {
      throw new DamagedException("The file " + path + " is not the one that was recorded");
    }
    return content;
  }

  private String path(String jobId, String name) {
    return directory + "/" + jobId + "/" + name;
  }
}
