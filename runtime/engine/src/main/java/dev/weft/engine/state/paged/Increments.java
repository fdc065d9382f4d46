package dev.weft.engine.state.paged;

import dev.weft.engine.protocol.KeyedSlice;
import java.util.ArrayList;
import java.util.List;

/**
 * What the checkpoints of a store consist of, so that the next one need not repeat it. An increment
 * continues the checkpoint that the leader names, because only the leader knows what is complete
 * and kept. Belongs to the task's thread; only {@link Part#written} may be called by another.
 */
public final class Increments {
  /** After so many increments a checkpoint stands alone again. */
  private static final int SLICES_MAX = 32;

  private final List<Part> parts = new ArrayList<>();

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

    /** Whether it pays to continue this part rather than to write everything anew. */
    private boolean worthContinuing() {
      List<KeyedSlice> known = slices;
      if (known == null || known.size() > SLICES_MAX) {
        return false;
      }
      long increments = 0;
      for (KeyedSlice slice : known.subList(1, known.size())) {
        increments += slice.handle().length();
      }
      return increments <= known.get(0).handle().length();
    }
  }

  /**
   * The part that the next checkpoint is to continue; null when it is to stand alone. The leader
   * takes one checkpoint after the other, so whatever else began since will never be continued and
   * is forgotten.
   *
   * @param checkpointId as the leader said; 0 for none
   */
  public Part base(long checkpointId) {
    parts.removeIf(part -> part.checkpointId != checkpointId);
    return parts.isEmpty() || !parts.get(0).worthContinuing() ? null : parts.get(0);
  }

  /**
   * A checkpoint begins that later ones may continue.
   *
   * @param generation of the store, which the checkpoint began
   * @param ends where the log of each key group ends now
   */
  public Part begin(long checkpointId, int generation, int[] ends) {
    Part part = new Part(checkpointId, generation, ends);
    parts.add(part);
    return part;
  }

  /**
   * Where the marks of removed keys of a group begin that an increment may have to repeat; -1, the
   * greatest address, when it need not repeat any.
   */
  public int marksFrom(int group) {
    int from = -1;
    for (Part part : parts) {
      from = Integer.compareUnsigned(part.ends[group], from) < 0 ? part.ends[group] : from;
    }
    return from;
  }

  /** Where the log of a group ended in each checkpoint that may be continued, which grows. */
  public int[] ends(int group) {
    return parts.stream().mapToInt(part -> part.ends[group]).toArray();
  }

  /** The log of a group was written anew: where it ended in each checkpoint is elsewhere now. */
  public void rewritten(int group, int[] ends) {
    for (int i = 0; i < ends.length; i++) {
      parts.get(i).ends[group] = ends[i];
    }
  }
}
