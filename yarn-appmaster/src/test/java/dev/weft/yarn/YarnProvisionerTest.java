package dev.weft.yarn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.engine.cluster.WorkerProvisioner;
import dev.weft.engine.protocol.FailureReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class YarnProvisionerTest {
  private static final long MINUTE_NANOS = 60_000_000_000L;

  private final FakeWorld world = new FakeWorld();
  private final FakePlatform platform = new FakePlatform();
  private final Heard heard = new Heard();
  private final YarnProvisioner provisioner = new YarnProvisioner(world, platform, 2);

  @Test
  void requestsWaitForTheRegistration() {
    provisioner.start(1, heard);
    provisioner.want(3, List.of());
    assertEquals(0, platform.requested);

    platform.events.registered(Map.of());
    assertEquals(3, platform.requested);
  }

  @Test
  void containersOfTheAttemptBeforeCount() {
    provisioner.start(2, heard);
    provisioner.want(3, List.of());

    platform.events.registered(Map.of("c1", "a", "c2", "b"));

    assertEquals(2, heard.previous.size());
    assertEquals(1, platform.requested);
  }

  @Test
  void askedForContainersAreNotAskedForAgain() {
    registered();
    provisioner.want(2, List.of());
    provisioner.want(3, List.of());

    assertEquals(3, platform.requested);
  }

  @Test
  void fewerWantedWithdrawsRequestsAndEndsNobody() {
    registered();
    provisioner.want(3, List.of());
    platform.events.granted("c1", "a");

    provisioner.want(1, List.of());

    assertEquals(2, platform.withdrawn);
    assertTrue(platform.released.isEmpty());
  }

  @Test
  void excessGrantsAreGivenBack() {
    registered();
    provisioner.want(1, List.of());
    platform.events.granted("c1", "a");
    platform.events.granted("c2", "a");

    assertEquals(List.of("c1"), platform.launched);
    assertEquals(List.of("c2"), platform.released);
  }

  @Test
  void lostContainersAreReportedAndReplaced() {
    registered();
    provisioner.want(1, List.of());
    platform.events.granted("c1", "a");
    world.nanos += MINUTE_NANOS;

    platform.events.completed(new ContainerEnd("c1", 137, ""));

    assertEquals(ErrorCode.RESOURCE, heard.lost.get("c1").code());
    assertEquals(2, platform.requested);
  }

  @Test
  void releasedContainersAreNotReportedAsLost() {
    registered();
    provisioner.want(1, List.of());
    platform.events.granted("c1", "a");
    provisioner.want(0, List.of());
    provisioner.release("c1");
    platform.events.completed(new ContainerEnd("c1", -105, ""));

    assertTrue(heard.lost.isEmpty());
    assertEquals(1, platform.requested);
  }

  @Test
  void containersThatEndAtOnceAreReplacedAfterAPause() {
    registered();
    provisioner.want(1, List.of());
    platform.events.granted("c1", "a");
    platform.events.completed(new ContainerEnd("c1", 70, ""));
    assertEquals(2, platform.requested);
    platform.events.granted("c2", "a");
    platform.events.completed(new ContainerEnd("c2", 70, ""));
    assertEquals(2, platform.requested);

    world.runScheduled();
    assertEquals(3, platform.requested);
  }

  @Test
  void hostsThatFailAgainAndAgainAreAvoided() {
    registered();
    provisioner.want(1, List.of());
    platform.events.granted("b1", "bad");
    platform.events.granted("g1", "good");
    fail("b1");
    grantAndFail("g2", "good");
    grantAndFail("b2", "bad");
    grantAndFail("b3", "bad");

    assertEquals(List.of("bad"), platform.avoided);
  }

  @Test
  void waitingSaysWhatIsAskedAndWhatIsFree() {
    registered();
    provisioner.want(2, List.of());

    assertTrue(heard.waiting.contains("2 containers of 640 MB and 2 cores"), heard.waiting);
    assertTrue(heard.waiting.contains("1000 MB and 4 cores free"), heard.waiting);
    platform.events.granted("c1", "a");
    platform.events.granted("c2", "a");
    assertEquals("", heard.waiting);
  }

  private void registered() {
    provisioner.start(1, heard);
    platform.events.registered(Map.of());
  }

  private void grantAndFail(String id, String host) {
    world.runScheduled();
    platform.events.granted(id, host);
    fail(id);
  }

  private void fail(String id) {
    platform.events.startFailed(id, "no disk");
  }

  private static final class Heard implements WorkerProvisioner.Listener {
    private List<String> previous = List.of();
    private final Map<String, FailureReport> lost = new java.util.LinkedHashMap<>();
    private final List<String> started = new ArrayList<>();
    private String waiting = "";

    @Override
    public void previousWorkers(List<String> workerIds) {
      previous = workerIds;
    }

    @Override
    public void workerStarted(String workerId, String host) {
      started.add(workerId);
    }

    @Override
    public void workerLost(String workerId, FailureReport why) {
      lost.put(workerId, why);
    }

    @Override
    public void waiting(String reason) {
      waiting = reason;
    }

    @Override
    public void failed(FailureReport why) {
      throw new AssertionError(why.message());
    }
  }
}
