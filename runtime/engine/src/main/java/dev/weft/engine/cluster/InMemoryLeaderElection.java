package dev.weft.engine.cluster;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** The election of a cluster in one process: its only candidate leads at once, under epoch 1. */
public final class InMemoryLeaderElection implements LeaderElection {
  private static final long EPOCH = 1;

  private final ConcurrentSkipListMap<String, byte[]> pointers = new ConcurrentSkipListMap<>();
  private volatile Leader published;

  @Override
  public void start(String candidate, Listener listener) {
    listener.granted(EPOCH);
  }

  @Override
  public void publishLeader(long epoch, String leader) throws IOException {
    check(epoch);
    published = new Leader(epoch, leader);
  }

  @Override
  public Optional<Leader> findLeader() {
    return Optional.ofNullable(published);
  }

  @Override
  public Optional<byte[]> readPointer(long epoch, String name) {
    return Optional.ofNullable(pointers.get(name)).map(byte[]::clone);
  }

  @Override
  public void writePointer(long epoch, String name, byte[] value) throws IOException {
    check(epoch);
    if (value == null) {
      pointers.remove(name);
    } else {
      pointers.put(name, value.clone());
    }
  }

  @Override
  public List<String> listPointers(long epoch) {
    return List.copyOf(pointers.keySet());
  }

  @Override
  public void removeAll(long epoch) throws IOException {
    check(epoch);
    pointers.clear();
    published = null;
  }

  @Override
  public void close() {}

  private static void check(long epoch) throws FencedException {
    if (epoch != EPOCH) {
      throw new FencedException("Epoch " + epoch + " is not the newest, which is " + EPOCH);
    }
  }
}
