package dev.weft.ha.zookeeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.cluster.LeaderElection;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A listener that keeps what it heard, in order. */
final class Recorder implements LeaderElection.Listener {
  private static final int PATIENCE_SECONDS = 30;

  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

  @Override
  public void granted(long epoch) {
    events.add("granted " + epoch);
  }

  @Override
  public void suspended() {
    events.add("suspended");
  }

  @Override
  public void resumed() {
    events.add("resumed");
  }

  @Override
  public void lost(String reason) {
    events.add("lost: " + reason);
  }

  String next() throws InterruptedException {
    String event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertNotNull(event, "nothing heard");
    return event;
  }

  void expect(String event) throws InterruptedException {
    assertEquals(event, next());
  }

  /** The epoch of the grant that is heard next. */
  long granted() throws InterruptedException {
    String event = next();
    assertTrue(event.startsWith("granted "), event);
    return Long.parseLong(event.substring("granted ".length()));
  }

  /** The reason of the loss that is heard next, whether or not a suspension came before. */
  String lost() throws InterruptedException {
    String event = next();
    if (event.equals("suspended")) {
      event = next();
    }
    assertTrue(event.startsWith("lost: "), event);
    return event;
  }

  boolean isSilent() {
    return events.isEmpty();
  }
}
