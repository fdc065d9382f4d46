package dev.weft.engine.state.paged;

import dev.weft.engine.protocol.KeyedSlice;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;

/**
 * What the checkpoints of a store consist of, so that the next one need not repeat it. An increment
 * continues the newest checkpoint that is known to be complete. Belongs to the task's thread; only
 * {@link Part#written} may be called by another.
 */
public final class Increments {
  /** After so many increments a checkpoint stands alone again. */
  private static final int SLICES_MAX = 20;

  /** When so many did not complete, whoever knows what is complete may not have said so. */
  private static final int PENDING_MAX = 2;

  private final ArrayDeque<Part> pending = new ArrayDeque<>();
  private Part base;

  /** The store as a checkpoint found it. */
  public static final class Part {
    private final long checkpointId;
    private final int generation;
    private final int[] ends;

    private volatile List<KeyedSlice> slices;

    private Part(long checkpointId, int generation, int[] ends) {
      this.checkpointId = checkpointId;
      this.generation = generation;
      this.ends = ends;
    }

    /** The store's generation that began with the checkpoint. */
    public int generation() {
      return generation;
    }

    /** Where the log of a key group ended. */
    public int end(int group) {
      return ends[group];
    }

    /** All slices of the checkpoint, in the order in which they are restored. */
    public void written(List<KeyedSlice> all) {
      slices = all;
    }

    /** What {@link #written} said, or null. */
    public List<KeyedSlice> slices() {
      return slices;
    }
  }

  /** The complete checkpoint that the next one is to continue; null when it is to stand alone. */
  public Part base() {
    if (base == null || base.slices.size() > SLICES_MAX || pending.size() >= PENDING_MAX) {
      return null;
    }
    long increments = 0;
    for (KeyedSlice slice : base.slices.subList(1, base.slices.size())) {
      increments += slice.handle().length();
    }
    return increments > base.slices.get(0).handle().length() ? null : base;
  }

  /**
   * A checkpoint begins.
   *
   * @param generation of the store, which the checkpoint began
   * @param ends where the log of each key group ends now
   */
  public Part begin(long checkpointId, int generation, int[] ends) {
    Part part = new Part(checkpointId, generation, ends);
    if (pending.size() > PENDING_MAX) {
      pending.remove();
    }
    pending.add(part);
    return part;
  }

  /** A checkpoint is complete. */
  public void completed(long checkpointId) {
    Part found = null;
    for (Iterator<Part> parts = pending.iterator(); parts.hasNext(); ) {
      Part part = parts.next();
      if (part.checkpointId > checkpointId) {
        break;
      }
      parts.remove();
      found = part.checkpointId == checkpointId ? part : null;
    }
    if (found != null && found.slices != null) {
      base = found;
    }
  }

  /**
   * Where the marks of removed keys of a group begin that an increment may have to repeat; -1 when
   * it need not repeat any.
   */
  public int marksFrom(int group) {
    int from = -1; // the greatest address
    if (base != null) {
      from = base.ends[group];
    }
    for (Part part : pending) {
      from = Integer.compareUnsigned(part.ends[group], from) < 0 ? part.ends[group] : from;
    }
    return from;
  }

  /** The log of a group was written anew: everything in it is new to every increment. */
  public void rewritten(int group) {
    if (base != null) {
      base.ends[group] = 0;
    }
    pending.forEach(part -> part.ends[group] = 0);
  }
}
