package dev.weft.yarn;

import dev.weft.api.config.Configuration;
import dev.weft.engine.cluster.WorkerProvisioner;
import dev.weft.engine.conformance.WorkerProvisionerContract;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.server.host.ProductionWorld;
import dev.weft.engine.server.security.SecurityBundle;
import dev.weft.itests.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.security.Credentials;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.hadoop.security.token.Token;
import org.apache.hadoop.yarn.api.records.ApplicationId;
import org.apache.hadoop.yarn.api.records.ApplicationSubmissionContext;
import org.apache.hadoop.yarn.api.records.ContainerId;
import org.apache.hadoop.yarn.api.records.ContainerLaunchContext;
import org.apache.hadoop.yarn.api.records.NodeId;
import org.apache.hadoop.yarn.api.records.Resource;
import org.apache.hadoop.yarn.api.records.YarnApplicationAttemptState;
import org.apache.hadoop.yarn.client.api.YarnClient;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.security.AMRMTokenIdentifier;
import org.apache.hadoop.yarn.server.MiniYARNCluster;
import org.apache.hadoop.yarn.server.resourcemanager.rmnode.RMNodeEvent;
import org.apache.hadoop.yarn.server.resourcemanager.rmnode.RMNodeEventType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract of platforms on YARN. The ApplicationMaster is this process, which YARN calls an
 * unmanaged one: a process after it registers again and is given the containers that run, as
 * another attempt is. In the containers runs a command that only waits.
 */
class YarnProvisionerIT extends WorkerProvisionerContract {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Some heartbeats of the ApplicationMaster, each a second long, and of the nodes. */
  private static final long SETTLE_NANOS = Duration.ofMillis(3_500).toNanos();

  private static final int NODES = 2;

  @TempDir private static Path directory;

  private static MiniYARNCluster yarn;
  private static YarnClient client;

  private final Map<WorkerProvisioner, Master> masters = new IdentityHashMap<>();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final SecurityBundle.Leader security = SecurityBundle.Leader.create("conformance");
  private ApplicationId application;

  /** What one process of the ApplicationMaster has. */
  private record Master(ProductionWorld world, ResourceManagerLink link) {
    void close() {
      link.close();
      world.close();
    }
  }

  @BeforeAll
  static void startYarn() {
    YarnConfiguration conf = new YarnConfiguration();
    conf.set("fs.defaultFS", "file:///");
    conf.set("hadoop.tmp.dir", directory.resolve("tmp").toString());
    conf.set("yarn.minicluster.yarn.nodemanager.resource.memory-mb", "2048");
    conf.set("yarn.nodemanager.vmem-check-enabled", "false");
    conf.set("yarn.nodemanager.disk-health-checker.enable", "false");
    conf.set("yarn.resourcemanager.nodemanagers.heartbeat-interval-ms", "100");
    conf.set("yarn.scheduler.minimum-allocation-mb", "128");
    conf.set("yarn.nodemanager.sleep-delay-before-sigkill.ms", "50");
    conf.set(
        "yarn.resourcemanager.scheduler.class",
        "org.apache.hadoop.yarn.server.resourcemanager.scheduler.capacity.CapacityScheduler");
    conf.setFloat("yarn.scheduler.capacity.maximum-am-resource-percent", 1f);
    yarn = new MiniYARNCluster("conformance", NODES, 1, 1);
    yarn.init(conf);
    yarn.start();
    client = YarnClient.createYarnClient();
    client.init(yarn.getConfig());
    client.start();
  }

  @AfterAll
  static void stopYarn() {
    client.stop();
    yarn.stop();
  }

  @BeforeEach
  void submit() throws Exception {
    ApplicationSubmissionContext context =
        client.createApplication().getApplicationSubmissionContext();
    context.setUnmanagedAM(true);
    context.setKeepContainersAcrossApplicationAttempts(true);
    context.setQueue("default");
    context.setResource(Resource.newInstance(128, 1));
    context.setAMContainerSpec(
        ContainerLaunchContext.newInstance(Map.of(), Map.of(), List.of(), null, null, null));
    application = client.submitApplication(context);
    Await.until("the application waits for its master", PATIENCE, this::isLaunched);
    // without the token of the application before, which would be taken for this one's
    UserGroupInformation user =
        UserGroupInformation.createRemoteUser(
            UserGroupInformation.getCurrentUser().getShortUserName());
    Token<AMRMTokenIdentifier> token = client.getAMRMToken(application);
    user.addToken(token);
    UserGroupInformation.setLoginUser(user);
  }

  private boolean isLaunched() throws Exception {
    return client
            .getApplicationAttemptReport(
                client.getApplicationReport(application).getCurrentApplicationAttemptId())
            .getYarnApplicationAttemptState()
        == YarnApplicationAttemptState.LAUNCHED;
  }

  @AfterEach
  void end() throws Exception {
    masters.values().forEach(Master::close);
    client.killApplication(application);
    Assertions.assertEquals(List.of(), failures);
  }

  @Override
  protected WorkerProvisioner connect() throws IOException {
    ProductionWorld world =
        new ProductionWorld("master-" + masters.size(), null, null, loop -> null, failures::add);
    ResourceManagerLink link =
        new ResourceManagerLink(
            world.loop(),
            new ResourceManagerLink.Settings(
                yarn.getConfig(),
                new Configuration(),
                CompletableFuture.completedFuture(new Address("localhost", 1)),
                Resource.newInstance(128, 1)),
            new WorkerLauncher(
                yarn.getConfig(),
                new WorkerLauncher.Recipe(
                    "echo $$ > " + directory + "/$CONTAINER_ID && exec sleep 600",
                    Map.of(),
                    Map.of(),
                    new Credentials(),
                    security)),
            () -> {});
    WorkerProvisioner provisioner = new YarnProvisioner(world, link, 1);
    masters.put(provisioner, new Master(world, link));
    return provisioner;
  }

  @Override
  protected void crash(WorkerProvisioner provisioner) {
    masters.remove(provisioner).close();
  }

  @Override
  protected void call(WorkerProvisioner provisioner, Runnable action) throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    masters
        .get(provisioner)
        .world()
        .loop()
        .execute(
            () -> {
              try {
                action.run();
                done.complete(null);
              } catch (Throwable e) {
                done.completeExceptionally(e);
              }
            });
    done.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  protected void kill(String workerId) {
    process(workerId).orElseThrow().destroyForcibly();
  }

  @Override
  protected void loseNode(String workerId) throws Exception {
    NodeId node = client.getContainerReport(ContainerId.fromString(workerId)).getAssignedNode();
    yarn.getResourceManager()
        .getRMContext()
        .getDispatcher()
        .getEventHandler()
        .handle(new RMNodeEvent(node, RMNodeEventType.EXPIRE));
  }

  @Override
  protected boolean runs(String workerId) {
    return process(workerId).map(ProcessHandle::isAlive).orElse(false);
  }

  /** Each worker writes its process's number before it does anything else. */
  private static Optional<ProcessHandle> process(String workerId) {
    Path file = directory.resolve(workerId);
    try {
      String number = Files.exists(file) ? Files.readString(file).strip() : "";
      return number.isEmpty() ? Optional.empty() : ProcessHandle.of(Long.parseLong(number));
    } catch (IOException e) {
      throw new AssertionError(file + " can not be read", e);
    }
  }

  @Override
  protected void await(String what, BooleanSupplier condition) {
    Await.until(what, PATIENCE, condition::getAsBoolean);
  }

  @Override
  protected void settle() {
    long end = System.nanoTime() + SETTLE_NANOS;
    for (long left = SETTLE_NANOS; left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
