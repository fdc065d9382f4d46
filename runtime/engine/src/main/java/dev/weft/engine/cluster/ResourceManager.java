package dev.weft.engine.cluster;

import dev.weft.api.config.ClusterOptions;
import dev.weft.api.config.Configuration;
import dev.weft.api.error.ErrorCode;
import dev.weft.engine.checkpoint.Lifetime;
import dev.weft.engine.job.SlotProvider;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.TaskReport;
import dev.weft.engine.protocol.ToLeader;
import dev.weft.engine.protocol.ToWorker;
import dev.weft.engine.world.MessageLink;
import dev.weft.engine.world.Oddity;
import dev.weft.engine.world.World;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers of one leader's term and their slots. A worker whose connection broke or that is
 * silent for too long is lost at once with all its slots; when its process lives it registers again
 * and its subtasks are ended. Slots are given to a job all at once, spread over the workers.
 */
final class ResourceManager implements SlotProvider {
  private static final Logger LOG = LoggerFactory.getLogger(ResourceManager.class);
  private static final long END_TIMEOUT_MILLIS = 60_000;

  /** A silent leader is borne so much longer than a silent worker: to leave it costs restarts. */
  private static final int LEADER_SILENCE = 2;

  /** So many jobs are loaded by workers that run nothing of them. */
  private static final int PREPARED_JOBS_MAX = 4;

  private final World world;
  private final Configuration configuration;
  private final long epoch;
  private final Lifetime lifetime;
  private final WorkerProvisioner provisioner;
  private final Listener listener;
  private final Map<String, Worker> workers = new TreeMap<>();
  private final Map<String, Request> requests = new LinkedHashMap<>();
  private final Set<String> expected = new TreeSet<>();
  private final Placement placement;
  private int slotsNeeded;
  private int wanted = -1;
  private String provisionerWaits = "";
  private boolean pumping;
  private boolean knowsExpected;

  /** Hears of workers. */
  interface Listener {
    /** A worker is gone with all its subtasks. */
    void workerLost(String workerId, FailureReport why);

    /** The jobs that may have to start again, the newest last. */
    List<ToWorker.JobContent> mayRestart();

    /** Workers can never be had. */
    void workersImpossible(FailureReport why);
  }

  private record Request(int slots, Set<Slot> kept, Consumer<List<Slot>> granted) {}

  ResourceManager(
      World world,
      Configuration configuration,
      long epoch,
      Lifetime lifetime,
      WorkerProvisioner provisioner,
      Listener listener) {
    this.world = world;
    this.configuration = configuration;
    this.epoch = epoch;
    this.lifetime = lifetime;
    this.provisioner = provisioner;
    this.listener = listener;
    this.placement = new Placement(world);
  }

  /** Begins: the provisioner is started. */
  void start() {
    provisioner.start(epoch, new Provisioning());
    scheduleCheck();
    awaitSilence();
  }

  // ---- workers

  /** A worker registers; an older registration of the same worker is lost. */
  Worker register(MessageLink link, ToLeader.RegisterWorker registration) {
    String id = registration.workerId();
    if (workers.containsKey(id)) {
      lose(id, "it registered again as " + registration.incarnation());
    }
    Worker worker = new Worker(link, registration, world.clock().nanoTime());
    workers.put(id, worker);
    placement.registered(id);
    expected.remove(id);
    LOG.info(
        "Worker {} registered with {} slots and {} subtasks",
        id,
        worker.slots,
        registration.tasks().size());
    link.send(
        new ToWorker.WorkerAccepted(
            epoch,
            configuration.get(ClusterOptions.HEARTBEAT_INTERVAL).toMillis(),
            configuration.get(ClusterOptions.LEADER_ABSENCE_TIMEOUT).toMillis()));
    answer(worker);
    pumpSoon();
    return worker;
  }

  /** Anything came from a worker. */
  void heard(Worker worker) {
    worker.lastHeardNanos = world.clock().nanoTime();
  }

  /** Lets a worker know that its messages arrive. */
  void answer(Worker worker) {
    worker.link.send(new ToWorker.LeaderAlive(epoch, silenceMillis()));
  }

  /** How long workers bear a leader that is silent. */
  long silenceMillis() {
    return LEADER_SILENCE * configuration.get(ClusterOptions.HEARTBEAT_TIMEOUT).toMillis();
  }

  /** A worker's connection closed. */
  void disconnected(Worker worker, Throwable cause) {
    if (workers.get(worker.id) == worker) {
      lose(worker.id, "its connection broke" + (cause == null ? "" : ": " + cause.getMessage()));
      awaitReturn(worker.id);
    }
  }

  /** A worker that does not come back is replaced. */
  private void awaitReturn(String id) {
    lifetime.schedule(
        configuration.get(ClusterOptions.HEARTBEAT_TIMEOUT).toMillis(),
        () -> {
          if (!workers.containsKey(id)) {
            provisioner.release(id);
          }
        });
  }

  /** A worker that was started, by this leader or one before it, and does not come is replaced. */
  private void awaitRegistration(String id) {
    lifetime.schedule(
        configuration.get(ClusterOptions.WORKER_REGISTRATION_TIMEOUT).toMillis(),
        () -> {
          if (!workers.containsKey(id)) {
            LOG.warn("Worker {} was started and does not register; it is replaced", id);
            provisioner.release(id);
          }
        });
  }

  /** Ends a worker that does not do what it is told. */
  void expel(String workerId, String reason) {
    Worker worker = workers.get(workerId);
    if (worker != null) {
      worker.link.send(new ToWorker.ShutdownWorker(epoch, reason));
      lose(workerId, reason);
      provisioner.release(workerId);
    }
  }

  private void lose(String workerId, String reason) {
    Worker worker = workers.remove(workerId);
    worker.link.close();
    LOG.warn("Worker {} is lost: {}", workerId, reason);
    listener.workerLost(
        workerId,
        new FailureReport(
            ErrorCode.DEPENDENCY,
            "Worker " + workerId + " on " + worker.data.host() + " is lost: " + reason,
            "",
            "worker " + workerId));
    pumpSoon();
  }

  private void scheduleCheck() {
    lifetime.schedule(
        configuration.get(ClusterOptions.HEARTBEAT_INTERVAL).toMillis(),
        () -> {
          releaseIdle();
          prepare();
          scheduleCheck();
        });
  }

  /** Looks at the moment when the first worker may have been silent for too long. */
  private void awaitSilence() {
    long now = world.clock().nanoTime();
    long timeout = configuration.get(ClusterOptions.HEARTBEAT_TIMEOUT).toNanos();
    long longest = 0;
    for (Worker worker : workers.values()) {
      longest = Math.max(longest, now - worker.lastHeardNanos);
    }
    long waitMillis = Math.max(0, timeout - longest) / 1_000_000 + 1;
    lifetime.schedule(
        waitMillis,
        () -> {
          checkSilent(now + waitMillis * 1_000_000);
          awaitSilence();
        });
  }

  /**
   * Gives up workers that were silent for too long. While this process stood still it could hear
   * nobody: that time does not count.
   */
  private void checkSilent(long dueNanos) {
    long now = world.clock().nanoTime();
    long late = now - dueNanos;
    long timeout = configuration.get(ClusterOptions.HEARTBEAT_TIMEOUT).toNanos();
    boolean stoodStill = late > configuration.get(ClusterOptions.HEARTBEAT_INTERVAL).toNanos();
    for (Worker worker : List.copyOf(workers.values())) {
      if (stoodStill) {
        worker.lastHeardNanos = Math.min(now, worker.lastHeardNanos + late);
      }
      if (now - worker.lastHeardNanos > timeout) {
        lose(worker.id, "it was silent for more than " + timeout / 1_000_000 + " ms");
        provisioner.release(worker.id);
      }
    }
  }

  private void releaseIdle() {
    long now = world.clock().nanoTime();
    long timeout = configuration.get(ClusterOptions.WORKER_IDLE_TIMEOUT).toNanos();
    int surplus = provisioner.slotsPerWorker() == 0 ? 0 : workers.size() - Math.max(0, wanted);
    for (Worker worker : List.copyOf(workers.values())) {
      if (!worker.isIdle()) {
        worker.idleSinceNanos = now;
      } else if (surplus > 0
          && (now - worker.idleSinceNanos > timeout || world.odd(Oddity.IDLE_WORKER_RELEASED))) {
        surplus--;
        workers.remove(worker.id);
        worker.link.send(new ToWorker.ShutdownWorker(epoch, "it is not needed any more"));
        provisioner.release(worker.id);
      }
    }
  }

  /**
   * Lets workers keep the code of the jobs that they have slots of, and those with free slots the
   * code of a few that could come to them.
   */
  private void prepare() {
    List<ToWorker.JobContent> all = listener.mayRestart();
    List<ToWorker.JobContent> few =
        all.subList(Math.max(0, all.size() - PREPARED_JOBS_MAX), all.size());
    for (Worker worker : workers.values()) {
      List<ToWorker.JobContent> wanted =
          all.stream()
              .filter(
                  job ->
                      worker.used.containsValue(job.jobId())
                          || (worker.slotsFree() > 0 && few.contains(job)))
              .toList();
      Set<String> ids = wanted.stream().map(ToWorker.JobContent::jobId).collect(Collectors.toSet());
      if (!ids.equals(worker.prepared)) {
        worker.prepared = ids;
        worker.link.send(new ToWorker.PrepareJobs(epoch, wanted));
      }
    }
  }

  /** A registered worker; empty when it is not. */
  Optional<Worker> find(String workerId) {
    return Optional.ofNullable(workers.get(workerId));
  }

  void send(String workerId, ToWorker message) {
    Worker worker = workers.get(workerId);
    if (worker != null) {
      worker.link.send(message);
    }
  }

  /** Workers that an earlier leader had and that have not registered yet. */
  Set<String> expected() {
    return expected;
  }

  /** Whether the platform told which workers an earlier leader had. */
  boolean knowsExpected() {
    return knowsExpected;
  }

  /** Ends every worker. */
  void shutDownWorkers(String reason) {
    workers.values().forEach(w -> w.link.send(new ToWorker.ShutdownWorker(epoch, reason)));
  }

  /** Closes all connections; workers look for the next leader. */
  void disconnectAll() {
    List<Worker> all = List.copyOf(workers.values());
    workers.clear();
    all.forEach(w -> w.link.close());
  }

  // ---- subtasks that are not taken over

  /** A subtask on a worker ended. */
  void taskEnded(Worker worker, TaskId task) {
    if (worker.ended(task)) {
      pumpSoon();
    }
  }

  /** Ends what a worker reported of a job. */
  void discard(Worker worker, String jobId) {
    List<TaskReport> reports = worker.reported.remove(jobId);
    if (reports == null) {
      return;
    }
    Set<TaskId> tasks = new TreeSet<>();
    int attempt = 0;
    for (TaskReport report : reports) {
      tasks.add(report.task());
      attempt = Math.max(attempt, report.attempt());
    }
    worker.link.send(new ToWorker.CancelTasks(epoch, jobId, attempt, null));
    worker.awaitEnd(jobId, tasks);
    awaitEnd(worker, jobId);
  }

  private void awaitEnd(Worker worker, String jobId) {
    lifetime.schedule(
        END_TIMEOUT_MILLIS,
        () -> {
          if (workers.get(worker.id) == worker && worker.ending.containsKey(jobId)) {
            expel(worker.id, "its subtasks did not end within " + END_TIMEOUT_MILLIS + " ms");
          }
        });
  }

  // ---- slots

  @Override
  public void request(String jobId, int slots, Set<Slot> kept, Consumer<List<Slot>> granted) {
    requests.put(jobId, new Request(slots, kept, granted));
    pumpSoon();
  }

  @Override
  public List<Slot> adopt(String jobId, List<Slot> slots) {
    List<Slot> taken = new ArrayList<>();
    for (Slot slot : slots) {
      Worker worker = workers.get(slot.workerId());
      int index = worker == null ? slot.index() : worker.firstUnused();
      if (worker != null) {
        worker.used.put(index, jobId);
      }
      taken.add(new Slot(slot.workerId(), index, slot.data()));
    }
    workers.values().forEach(w -> w.reported.remove(jobId));
    pumpSoon();
    return taken;
  }

  @Override
  public void retain(String jobId, List<Slot> first, int slots) {
    requests.remove(jobId);
    List<Slot> held = new ArrayList<>();
    workers.values().forEach(w -> held.addAll(w.usedBy(jobId)));
    List<Slot> kept = new ArrayList<>(held);
    kept.sort(Comparator.comparing(slot -> !first.contains(slot)));
    List<Slot> rest = kept.subList(Math.min(slots, kept.size()), kept.size());
    rest.forEach(slot -> workers.get(slot.workerId()).used.remove(slot.index()));
    pumpSoon();
  }

  @Override
  public void discardReported(String jobId) {
    workers.values().forEach(w -> discard(w, jobId));
  }

  @Override
  public void release(String jobId, Map<String, Set<TaskId>> living) {
    requests.remove(jobId);
    for (Worker worker : workers.values()) {
      worker.used.values().removeIf(jobId::equals);
      worker.awaitEnd(jobId, living.getOrDefault(worker.id, Set.of()));
      if (worker.ending.containsKey(jobId)) {
        awaitEnd(worker, jobId);
      }
    }
    pumpSoon();
  }

  @Override
  public void parted(String workerId, String peer) {
    for (Worker worker : workers.values()) {
      if (worker.id.equals(peer) || worker.data.toString().equals(peer)) {
        placement.parted(workerId, worker.id);
      }
    }
  }

  @Override
  public String waiting(String jobId) {
    Request request = requests.get(jobId);
    if (request == null) {
      return "";
    }
    int free = workers.values().stream().mapToInt(Worker::slotsFree).sum();
    int held = workers.values().stream().mapToInt(w -> w.usedBy(jobId).size()).sum();
    return (free + held)
        + " of "
        + request.slots
        + " slots are there on "
        + workers.size()
        + (workers.size() == 1 ? " worker" : " workers")
        + (provisionerWaits.isEmpty() ? "" : "; " + provisionerWaits);
  }

  private void pumpSoon() {
    if (!pumping) {
      pumping = true;
      world
          .loop()
          .execute(
              lifetime.guard(
                  () -> {
                    pumping = false;
                    pump();
                  }));
    }
  }

  private void pump() {
    List<Runnable> grants = new ArrayList<>();
    for (Iterator<Map.Entry<String, Request>> it = requests.entrySet().iterator(); it.hasNext(); ) {
      Map.Entry<String, Request> entry = it.next();
      Request request = entry.getValue();
      List<Slot> slots =
          placement.choose(workers.values(), entry.getKey(), request.slots, request.kept);
      if (slots != null) {
        it.remove();
        workers.values().forEach(w -> w.used.values().removeIf(entry.getKey()::equals));
        slots.forEach(s -> workers.get(s.workerId()).used.put(s.index(), entry.getKey()));
        grants.add(() -> request.granted.accept(slots));
      }
    }
    grants.forEach(Runnable::run);
  }

  // ---- the provisioner

  /** How many slots all jobs need together. */
  void need(int slots) {
    slotsNeeded = slots;
    int perWorker = provisioner.slotsPerWorker();
    if (perWorker == 0) {
      return;
    }
    int spare = slots == 0 ? 0 : configuration.get(ClusterOptions.SPARE_WORKERS);
    int next = (slotsNeeded + perWorker - 1) / perWorker + spare;
    if (next != wanted) {
      wanted = next;
      provisioner.want(next, List.of());
    }
  }

  /** Hears the provisioner as long as this leader's term lasts. */
  private final class Provisioning implements WorkerProvisioner.Listener {
    @Override
    public void previousWorkers(List<String> workerIds) {
      if (!lifetime.hasEnded()) {
        knowsExpected = true;
        expected.addAll(workerIds);
        expected.removeAll(workers.keySet());
        // one that hangs would count as there for ever
        expected.forEach(ResourceManager.this::awaitRegistration);
      }
    }

    @Override
    public void workerStarted(String workerId, String host) {
      if (lifetime.hasEnded()) {
        return;
      }
      LOG.info("Worker {} was started on {}", workerId, host);
      awaitRegistration(workerId);
    }

    @Override
    public void workerLost(String workerId, FailureReport why) {
      if (lifetime.hasEnded()) {
        return;
      }
      expected.remove(workerId);
      Worker worker = workers.remove(workerId);
      if (worker != null) {
        worker.link.close();
        LOG.warn("Worker {} is lost: {}", workerId, why.message());
        listener.workerLost(workerId, why);
        pumpSoon();
      }
    }

    @Override
    public void waiting(String reason) {
      provisionerWaits = reason;
    }

    @Override
    public void failed(FailureReport why) {
      if (!lifetime.hasEnded()) {
        listener.workersImpossible(why);
      }
    }
  }

  // ---- for people

  ClusterOverview overview(ClusterOverview.JobCounts jobs) {
    return new ClusterOverview(
        workers.size(),
        workers.values().stream().mapToInt(w -> w.slots).sum(),
        workers.values().stream().mapToInt(Worker::slotsFree).sum(),
        jobs,
        provisionerWaits);
  }

  List<WorkerDetails> details() {
    long now = world.clock().nanoTime();
    return workers.values().stream()
        .map(
            w ->
                new WorkerDetails(
                    w.id,
                    w.data,
                    w.slots,
                    w.slotsFree(),
                    (now - w.lastHeardNanos) / 1_000_000,
                    w.attributes,
                    w.gauges))
        .toList();
  }
}
