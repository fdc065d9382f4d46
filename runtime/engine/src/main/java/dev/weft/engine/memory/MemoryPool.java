package dev.weft.engine.memory;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.world.Verify;
import java.util.ArrayList;
import java.util.List;

/**
 * A node in the tree of reservations: worker, job, task, operator. What a node reserves counts for
 * all nodes above it, and none may pass its limit. Reservations are promises about memory that the
 * holder takes elsewhere; they are coarse (a page, a buffer), so one lock per tree serves. Thread-
 * safe.
 */
public final class MemoryPool implements AutoCloseable {
  /** The limit of a node that is bounded by those above it only. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  private static final int HOLDERS_NAMED = 5;

  private final String name;
  private final long limit;
  private final MemoryPool parent;
  private final Object lock;
  private final List<MemoryPool> children = new ArrayList<>();
  private long reserved;
  private boolean closed;

  private MemoryPool(String name, long limit, MemoryPool parent) {
    this.name = name;
    this.limit = limit;
    this.parent = parent;
    this.lock = parent == null ? new Object() : parent.lock;
  }

  /** The root of a tree. */
  public static MemoryPool root(String name, long limitBytes) {
    return new MemoryPool(name, limitBytes, null);
  }

  /** A node below this one, whose limit is {@link #UNLIMITED} or its own. */
  public MemoryPool child(String childName, long limitBytes) {
    synchronized (lock) {
      verifyOpen();
      MemoryPool child = new MemoryPool(childName, limitBytes, this);
      children.add(child);
      return child;
    }
  }

  /** For messages. */
  public String name() {
    return name;
  }

  /** Bytes that this node and those below it may hold. */
  public long limit() {
    return limit;
  }

  /** Bytes that this node and those below it hold. */
  public long reserved() {
    synchronized (lock) {
      return reserved;
    }
  }

  /** Bytes that this node could reserve now. */
  public long available() {
    synchronized (lock) {
      long least = Long.MAX_VALUE;
      for (MemoryPool node = this; node != null; node = node.parent) {
        least = Math.min(least, node.limit - node.reserved);
      }
      return least;
    }
  }

  /**
   * Reserves bytes.
   *
   * @throws WeftException with code RESOURCE when a limit would be passed, naming it and the
   *     greatest holders; nothing is reserved then
   */
  public void reserve(long bytes) {
    MemoryPool full = tryReserveOrFind(bytes);
    if (full != null) {
      throw full.refuse(bytes, this);
    }
  }

  /** Reserves bytes if there is room for them. */
  public boolean tryReserve(long bytes) {
    return tryReserveOrFind(bytes) == null;
  }

  private MemoryPool tryReserveOrFind(long bytes) {
    Verify.verify(bytes >= 0, "%s bytes are to be reserved for %s", bytes, name);
    synchronized (lock) {
      verifyOpen();
      for (MemoryPool node = this; node != null; node = node.parent) {
        if (bytes > node.limit - node.reserved) {
          return node;
        }
      }
      for (MemoryPool node = this; node != null; node = node.parent) {
        node.reserved += bytes;
      }
      return null;
    }
  }

  /** Gives bytes back; without effect on a closed node, which gave all back. */
  public void release(long bytes) {
    synchronized (lock) {
      if (closed) {
        return;
      }
      Verify.verify(
          bytes >= 0 && bytes <= reserved,
          "%s gives back %s bytes but holds %s",
          name,
          bytes,
          reserved);
      for (MemoryPool node = this; node != null; node = node.parent) {
        node.reserved -= bytes;
      }
    }
  }

  /** Gives back everything that this node and those below it hold. */
  @Override
  public void close() {
    synchronized (lock) {
      if (closed) {
        return;
      }
      for (MemoryPool node = parent; node != null; node = node.parent) {
        node.reserved -= reserved;
      }
      if (parent != null) {
        parent.children.remove(this);
      }
      markClosed();
    }
  }

  private void markClosed() {
    closed = true;
    reserved = 0;
    children.forEach(MemoryPool::markClosed);
    children.clear();
  }

  private void verifyOpen() {
    Verify.verify(!closed, "the memory pool %s is closed", name);
  }

  private WeftException refuse(long bytes, MemoryPool wanting) {
    synchronized (lock) {
      StringBuilder message = new StringBuilder();
      message
          .append(wanting.name)
          .append(" needs ")
          .append(text(bytes))
          .append(" more, but of the ")
          .append(text(limit))
          .append(" of ")
          .append(name)
          .append(' ')
          .append(text(reserved))
          .append(" are taken");
      describeHolders(message);
      message.append("; give the worker more memory, or lower the job's state or parallelism");
      return new WeftException(ErrorCode.RESOURCE, message.toString());
    }
  }

  private void describeHolders(StringBuilder message) {
    List<MemoryPool> greatest = new ArrayList<>(children);
    greatest.removeIf(child -> child.reserved == 0);
    greatest.sort((a, b) -> Long.compare(b.reserved, a.reserved));
    String separator = " (";
    for (MemoryPool child : greatest.subList(0, Math.min(HOLDERS_NAMED, greatest.size()))) {
      message.append(separator).append(child.name).append(": ").append(text(child.reserved));
      child.describeHolders(message);
      separator = ", ";
    }
    if (!greatest.isEmpty()) {
      message.append(')');
    }
  }

  private static String text(long bytes) {
    if (bytes < 10 * 1024) {
      return bytes + " bytes";
    }
    return bytes < 10L << 20 ? (bytes >> 10) + " KiB" : (bytes >> 20) + " MiB";
  }
}
