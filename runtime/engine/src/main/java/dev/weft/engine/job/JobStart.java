package dev.weft.engine.job;

import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.ClusterOptions;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.checkpoint.Failures;
import dev.weft.engine.checkpoint.RegisteredCheckpoint;
import dev.weft.engine.checkpoint.RestorePoint;
import dev.weft.engine.checkpoint.StateRedistribution;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.world.Loop;
import dev.weft.engine.world.Outcome;
import dev.weft.engine.world.Rule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets up attempts of a job: classes, slots, the record of the attempt, what to continue from,
 * deployment in two steps. What fails because a service is away is tried again until it is back.
 */
final class JobStart {
  private static final Logger LOG = LoggerFactory.getLogger(JobStart.class);
  private static final long RETRY_FIRST_MILLIS = 500;
  private static final long RETRY_LONGEST_MILLIS = 10_000;

  private final JobMaster job;
  private final JobContext context;
  private final Set<String> suspects = new TreeSet<>();
  private JobCode code;

  JobStart(JobMaster job) {
    this.job = job;
    this.context = job.context;
  }

  /** The job's sources and sinks; loaded before anything else. */
  JobCode code() {
    return code;
  }

  /** Whether the attempt is being set up with state that the user named. */
  boolean isFromNamedState() {
    return job.state() instanceof JobState.Deploying
        && job.coordinator.latest().isEmpty()
        && context.configuration.contains(CheckpointingOptions.RESTORE_PATH);
  }

  /** Begins with a job that never ran. */
  void begin() {
    JobState created = job.state();
    prepare(() -> job.state() == created, this::allocate, this::refuse);
  }

  private void refuse(FailureReport why) {
    job.failures.fail(why, "", "", "the job fails, since it can not be started");
  }

  /** Continues with a job whose last checkpoint is registered: what remains is to commit. */
  void commitLast() {
    JobState created = job.state();
    BooleanSupplier wanted = () -> job.state() == created;
    prepare(
        wanted,
        () ->
            loadState(
                wanted,
                point -> {
                  job.coordinator.restored(point.manifest(), point.source());
                  job.stopping();
                }),
        job.failures::unrecoverable);
  }

  /**
   * Loads the job's classes unless they are loaded.
   *
   * @param wanted whether that still matters
   * @param refused hears why they can never be loaded
   */
  void prepare(BooleanSupplier wanted, Runnable then, Consumer<FailureReport> refused) {
    if (code != null) {
      then.run();
      return;
    }
    untilDone(
        wanted,
        "The job's classes can not be loaded",
        () ->
            JobCode.load(
                context.world(),
                context.plan(),
                context.submission.artifacts(),
                context.configuration),
        loaded -> {
          code = loaded;
          then.run();
        },
        refused);
  }

  /** A subtask found that a file of a checkpoint is not as it was written. */
  void suspect(String file) {
    if (context.world().keeps(Rule.LOOK_AT_SUSPECTS)) {
      suspects.add(file);
    }
  }

  /** Reads what to continue from. */
  void loadState(BooleanSupplier wanted, Consumer<RestorePoint> then) {
    boolean outputMayBeVisible =
        (!context.plan().bounded() || job.coordinator.hasLast())
            && !context.plan().transactionalSinks().isEmpty()
            && context.world().keeps(Rule.STAY_BEHIND_OUTPUT);
    boolean first = job.coordinator.latest().isEmpty();
    Set<String> suspected = new TreeSet<>(suspects);
    untilDone(
        wanted,
        "The checkpoint to continue from can not be read",
        () -> {
          if (!first) {
            return RestorePoint.load(context.store, candidates(), suspected, !outputMayBeVisible);
          }
          String path = context.configuration.get(CheckpointingOptions.RESTORE_PATH);
          return path == null
              ? RestorePoint.NOTHING
              : RestorePoint.named(context.store, context.world().files(), path);
        },
        then,
        first ? this::refuse : job.failures::unrecoverable);
  }

  /** What the job may go on from, the newest first. */
  private List<RegisteredCheckpoint> candidates() {
    List<RegisteredCheckpoint> candidates = new ArrayList<>(job.coordinator.registered());
    boolean alone = job.failures.affected().size() < context.regions().count();
    Rule rule = alone ? Rule.RESTORE_REGION_FROM_NEWEST : Rule.RESTORE_NEWEST;
    if (!context.world().keeps(rule)) {
      Collections.reverse(candidates);
    }
    return candidates;
  }

  private <T> void untilDone(
      BooleanSupplier wanted,
      String what,
      Callable<T> work,
      Consumer<T> then,
      Consumer<FailureReport> refused) {
    untilDone(wanted, what, work, then, refused, 1);
  }

  private <T> void untilDone(
      BooleanSupplier wanted,
      String what,
      Callable<T> work,
      Consumer<T> then,
      Consumer<FailureReport> refused,
      int attempt) {
    context.lifetime.run(
        context.lane,
        work,
        outcome -> {
          if (!wanted.getAsBoolean()) {
            return;
          }
          if (outcome instanceof Outcome.Success<T> success) {
            then.accept(success.value());
            return;
          }
          Throwable cause = ((Outcome.Failure<T>) outcome).cause();
          if (!(cause instanceof IOException)) {
            refused.accept(Failures.report(cause, ErrorCode.USER, ""));
            return;
          }
          long delay =
              Math.min(RETRY_FIRST_MILLIS << Math.min(attempt - 1, 10), RETRY_LONGEST_MILLIS);
          job.trouble(what + " now: " + FailureReport.lineOf(cause));
          LOG.warn("Job {}: {}; tries again in {} ms", job.jobId(), what, delay, cause);
          context.lifetime.schedule(
              delay,
              () -> {
                if (wanted.getAsBoolean()) {
                  untilDone(wanted, what, work, then, refused, attempt + 1);
                }
              });
        });
  }

  /** Asks for slots; the attempt goes on when they are there. */
  void allocate() {
    int slots = context.plan().slots();
    job.transition(new JobState.Allocating(slots, context.journal.attempt() > 0));
    JobState allocating = job.state();
    long timeoutMillis = context.configuration.get(ClusterOptions.SLOT_REQUEST_TIMEOUT).toMillis();
    Loop.Timer timeout =
        context.lifetime.schedule(
            timeoutMillis,
            () -> {
              if (job.state() == allocating) {
                slotsTimedOut(slots, timeoutMillis);
              }
            });
    context
        .services
        .slots()
        .request(
            context.jobId(),
            slots,
            job.attempt() == null ? Set.of() : job.attempt().tasks.livingSlots(),
            granted -> {
              timeout.cancel();
              if (job.state() == allocating) {
                restore(granted);
              }
            });
  }

  private void slotsTimedOut(int slots, long timeoutMillis) {
    if (job.rescale.revert(slots, timeoutMillis)) {
      job.failures.restart("there were too few slots for the new parallelism", 0, Set.of());
      return;
    }
    String waiting = context.services.slots().waiting(context.jobId());
    FailureReport why =
        new FailureReport(
            ErrorCode.RESOURCE,
            "The job waited "
                + timeoutMillis
                + " ms for "
                + slots
                + " slots: "
                + waiting
                + ". Lower the parallelism, add resources, or raise "
                + ClusterOptions.SLOT_REQUEST_TIMEOUT.key(),
            "",
            "");
    job.failures.fail(why, "", "", "the job fails");
  }

  private void restore(List<SlotProvider.Slot> granted) {
    int number = context.journal.attempt() + 1;
    job.transition(new JobState.Restoring(number));
    Attempt before = job.attempt();
    Set<Integer> begun = job.failures.affected();
    TaskTable tasks =
        new TaskTable(
            context.plan(),
            context.regions(),
            before == null ? granted : inPlace(granted, before.tasks.slots(context.plan())),
            region -> number,
            context.world().clock().currentTimeMillis(),
            before == null ? null : before.tasks,
            begun);
    Attempt attempt = new Attempt(job, code, number, tasks, begun, before);
    job.attempt(attempt);
    JobPlan recorded =
        context.world().keeps(Rule.RECORD_RESCALES) ? context.plan() : context.submission.plan();
    BooleanSupplier wanted =
        () -> job.attempt() == attempt && job.state() instanceof JobState.Restoring;
    context.journal.registerAttempt(
        number,
        recorded.parallelisms(),
        List.copyOf(tasks.attemptsByRegion().values()),
        attempt.lifetime.guard(() -> loadState(wanted, point -> deploy(attempt, point))));
  }

  /** Puts slots in the order of numbers; what was in one that is still there stays in it. */
  private static List<SlotProvider.Slot> inPlace(
      List<SlotProvider.Slot> granted, Map<Integer, SlotProvider.Slot> former) {
    List<SlotProvider.Slot> free = new ArrayList<>(granted);
    SlotProvider.Slot[] slots = new SlotProvider.Slot[granted.size()];
    for (int number = 0; number < slots.length; number++) {
      int index = free.indexOf(former.get(number));
      slots[number] = index < 0 ? null : free.remove(index);
    }
    for (int number = 0; number < slots.length; number++) {
      slots[number] = slots[number] == null ? free.remove(0) : slots[number];
    }
    return List.of(slots);
  }

  private void deploy(Attempt attempt, RestorePoint point) {
    if (!point.warning().isEmpty() && context.world().keeps(Rule.SAY_WHAT_IS_DAMAGED)) {
      job.failures.note(
          new FailureReport(ErrorCode.DATA, point.warning(), "", ""), "", "", "the job continues");
    }
    StateRedistribution state = null;
    if (point.manifest() != null) {
      try {
        state =
            StateRedistribution.of(
                point.manifest(),
                context.plan(),
                context.configuration.get(CheckpointingOptions.IGNORE_UNCLAIMED_STATE),
                context.world()::keeps);
      } catch (WeftException e) {
        refuse(Failures.report(e, ErrorCode.USER, point.source().manifestPath()));
        return;
      }
      job.coordinator.restored(point.manifest(), point.source());
      if (point.manifest().last() && point.manifest().jobId().equals(context.jobId())) {
        job.stopping();
        return;
      }
    }
    job.transition(new JobState.Deploying(attempt.number));
    attempt.tasks.deploying(attempt.begun);
    Deployment deployment =
        new Deployment(
            context.plan(),
            context.submission.artifacts(),
            context.configuration.toMap(),
            context.services.epoch());
    for (int region : attempt.begun) {
      deployment
          .messages(attempt.number, region, attempt.tasks, state)
          .forEach((worker, message) -> context.services.send(worker, message));
    }
    attempt.start(point.manifest(), null, whole -> {});
  }

  /** Starts the subtasks once all are ready. */
  void checkReady() {
    Attempt attempt = job.attempt();
    if (!(job.state() instanceof JobState.Deploying) || !attempt.tasks.allReady()) {
      return;
    }
    job.stages.begin();
    job.running();
  }
}
