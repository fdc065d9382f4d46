package dev.weft.api.config;

import static dev.weft.api.config.ConfigOptions.key;

import java.time.Duration;

/** Options of how a JobManager deals with its workers. */
public final class ClusterOptions {
  /** Time between signs of life. */
  public static final ConfigOption<Duration> HEARTBEAT_INTERVAL =
      key("heartbeat.interval")
          .durationType()
          .defaultValue(Duration.ofMillis(500))
          .withDescription("The time between two signs of life of a TaskManager.");

  /** Time without a sign of life. */
  public static final ConfigOption<Duration> HEARTBEAT_TIMEOUT =
      key("heartbeat.timeout")
          .durationType()
          .defaultValue(Duration.ofMillis(4_500))
          .withDescription(
              "After so long without a sign of life a TaskManager counts as lost; one that hears"
                  + " nothing from the JobManager for twice as long connects anew. Pauses of a"
                  + " process up to this time less two intervals cost no restart.");

  /** Longest wait for slots. */
  public static final ConfigOption<Duration> SLOT_REQUEST_TIMEOUT =
      key("slot.request.timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(5))
          .withDescription("A job fails when it has waited so long for slots.");

  /** Workers to spare. */
  public static final ConfigOption<Integer> SPARE_WORKERS =
      key("slotmanager.redundant-taskmanager-num")
          .intType()
          .defaultValue(0)
          .withDescription(
              "How many TaskManagers more than needed are kept, so that a lost one is replaced at"
                  + " once.");

  /** Unused workers. */
  public static final ConfigOption<Duration> WORKER_IDLE_TIMEOUT =
      key("resourcemanager.taskmanager-timeout")
          .durationType()
          .defaultValue(Duration.ofSeconds(30))
          .withDescription("A TaskManager without tasks for so long is given back.");

  /** Longest start of a worker. */
  public static final ConfigOption<Duration> WORKER_REGISTRATION_TIMEOUT =
      key("resourcemanager.taskmanager-registration.timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(5))
          .withDescription(
              "A TaskManager that was started and has not registered for so long is replaced.");

  /** How long workers do without a leader. */
  public static final ConfigOption<Duration> LEADER_ABSENCE_TIMEOUT =
      key("taskmanager.leader-absence.timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(10))
          .withDescription(
              "How long a TaskManager works on without a JobManager before it ends itself.");

  /** How long a new leader waits for workers. */
  public static final ConfigOption<Duration> RECONCILE_TIMEOUT =
      key("jobmanager.reconcile.timeout")
          .durationType()
          .defaultValue(Duration.ofSeconds(5))
          .withDescription(
              "How long a new leader waits for the other workers that it took over, from when the"
                  + " first registers. For the first it waits as much longer as workers bear a"
                  + " silent leader.");

  private ClusterOptions() {}
}
