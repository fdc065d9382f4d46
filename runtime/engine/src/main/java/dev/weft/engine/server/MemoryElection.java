package dev.weft.engine.server;

import dev.weft.engine.cluster.LeaderElection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** An election within one process: whoever starts last leads. Thread-safe. */
public final class MemoryElection implements LeaderElection {
  private final TreeMap<String, byte[]> pointers = new TreeMap<>();
  private long epoch;
  private Leader leader;
  private Listener listener;

  @Override
  public void start(String candidate, Listener newListener) {
    Listener deposed;
    long granted;
    synchronized (this) {
      deposed = listener;
      listener = newListener;
      granted = ++epoch;
    }
    if (deposed != null) {
      deposed.lost(candidate + " took the leadership");
    }
    newListener.granted(granted);
  }

  private void require(long writer) throws FencedException {
    if (writer != epoch) {
      throw new FencedException("The epoch " + writer + " is not the newest, which is " + epoch);
    }
  }

  @Override
  public synchronized void publishLeader(long writer, String address) throws FencedException {
    require(writer);
    leader = new Leader(writer, address);
  }

  @Override
  public synchronized Optional<Leader> findLeader() {
    return Optional.ofNullable(leader);
  }

  @Override
  public synchronized Optional<byte[]> readPointer(long reader, String name)
      throws FencedException {
    require(reader);
    return Optional.ofNullable(pointers.get(name));
  }

  @Override
  public synchronized void writePointer(long writer, String name, byte[] value)
      throws FencedException {
    require(writer);
    if (value == null) {
      pointers.remove(name);
    } else {
      pointers.put(name, value.clone());
    }
  }

  @Override
  public synchronized List<String> listPointers(long reader) throws FencedException {
    require(reader);
    return List.copyOf(pointers.keySet());
  }

  @Override
  public synchronized void removeAll(long writer) throws FencedException {
    require(writer);
    pointers.clear();
    leader = null;
  }

  @Override
  public synchronized void close() {
    listener = null;
  }
}
