package dev.weft.engine.server.net;

import dev.weft.engine.world.Link;
import dev.weft.engine.world.LinkHandler;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Keeps what happens on a link for a test to wait for. */
final class RecordingHandler implements LinkHandler {
  sealed interface Event {}

  record Opened(Link link) implements Event {}

  record Received(byte[] frame) implements Event {}

  record Closed(Link link, Throwable cause) implements Event {}

  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

  @Override
  public void opened(Link link) {
    events.add(new Opened(link));
  }

  @Override
  public void received(Link link, ByteBuffer frame) {
    byte[] bytes = new byte[frame.remaining()];
    frame.get(bytes);
    events.add(new Received(bytes));
  }

  @Override
  public void closed(Link link, Throwable cause) {
    events.add(new Closed(link, cause));
  }

  <E extends Event> E next(Class<E> type) throws InterruptedException {
    Event event = events.poll(30, TimeUnit.SECONDS);
    if (!type.isInstance(event)) {
      throw new AssertionError("expected " + type.getSimpleName() + " but there was " + event);
    }
    return type.cast(event);
  }

  boolean isEmpty() {
    return events.isEmpty();
  }
}
