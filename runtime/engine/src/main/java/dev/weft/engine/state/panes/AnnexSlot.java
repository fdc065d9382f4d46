package dev.weft.engine.state.panes;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ByteSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The annex of a store, or what was restored for one that is not attached yet; the latter goes into
 * snapshots as it came.
 */
public final class AnnexSlot {
  private final String operator;
  private static final int CHUNK_BYTES = 1 << 20;

  private final Map<Integer, List<byte[]>> pending = new TreeMap<>();
  private String pendingLayout;
  private KeyedAnnex annex;

  /** An empty slot of an operator, named for messages. */
  public AnnexSlot(String operator) {
    this.operator = operator;
  }

  /** The annex as it was, key group by key group. */
  public interface Frozen {
    /** How it is kept. */
    String layout();

    /** Whether there may be something to write. */
    boolean holds(int keyGroup);

    /**
     * Writes a key group.
     *
     * @param afterBlock called when the target may be emptied
     */
    void write(int keyGroup, ByteSink target, Runnable afterBlock);

    /** The content may be forgotten; on any thread. */
    void release();
  }

  /** Takes the annex and gives it what was restored. */
  public void attach(KeyedAnnex newAnnex) {
    annex = newAnnex;
    if (pendingLayout == null) {
      return;
    }
    if (!pendingLayout.equals(annex.layout())) {
      throw changed(pendingLayout, operator, annex.layout());
    }
    for (Iterator<Map.Entry<Integer, List<byte[]>>> all = pending.entrySet().iterator();
        all.hasNext(); ) {
      Map.Entry<Integer, List<byte[]>> group = all.next();
      annex.restore(group.getKey(), source(group.getValue()));
      all.remove();
    }
    pendingLayout = null;
  }

  private static ByteSource source(List<byte[]> chunks) {
    long length = chunks.stream().mapToLong(chunk -> chunk.length).sum();
    Iterator<byte[]> next = chunks.iterator();
    return new ByteSource(
        new ByteSource.Feed() {
          private byte[] chunk = new byte[0];
          private int at;

          @Override
          public int read(byte[] target, int start, int count) {
            if (at == chunk.length) {
              chunk = next.next();
              at = 0;
            }
            int taken = Math.min(count, chunk.length - at);
            System.arraycopy(chunk, at, target, start, taken);
            at += taken;
            return taken;
          }
        },
        length);
  }

  /** The failure for a checkpoint with another layout. */
  static WeftException changed(String held, String operator, String wanted) {
    return new WeftException(
        ErrorCode.USER,
        "The checkpoint holds "
            + held
            + " of "
            + operator
            + ", which now has "
            + wanted
            + "; leave the windows as they were, or give the step another uid");
  }

  /** Whether a snapshot brought an annex. */
  public boolean restored() {
    return pendingLayout != null;
  }

  /** The layout of what a snapshot brought and nobody took yet, or null. */
  public String restoredLayout() {
    return pendingLayout;
  }

  /** Whether there is one, or what was restored for one. */
  public boolean holds() {
    return annex != null || pendingLayout != null;
  }

  /** A snapshot brings an annex, of which more may follow. */
  public void announce(String layout) {
    if (pendingLayout != null && !pendingLayout.equals(layout)) {
      throw new WeftException(
          ErrorCode.ENGINE,
          "The parts of the snapshot of " + operator + " hold " + pendingLayout + " and " + layout);
    }
    pendingLayout = layout;
  }

  /** Keeps what is left of a key group's bytes for the annex that is to come. */
  public void restore(int keyGroup, ByteSource source) {
    List<byte[]> chunks = pending.computeIfAbsent(keyGroup, group -> new ArrayList<>());
    while (source.remaining() > 0) {
      chunks.add(source.readByteArray(Math.min(CHUNK_BYTES, source.remaining())));
    }
  }

  /** The present content, or null when there is none. */
  public Frozen freeze() {
    if (annex != null) {
      return new OfAnnex(annex.layout(), annex.freeze());
    }
    return pendingLayout == null ? null : new OfBytes(pendingLayout, new TreeMap<>(pending));
  }

  private record OfAnnex(String layout, KeyedAnnex.Frozen frozen) implements Frozen {
    @Override
    public boolean holds(int keyGroup) {
      return true;
    }

    @Override
    public void write(int keyGroup, ByteSink target, Runnable afterBlock) {
      frozen.write(keyGroup, target, afterBlock);
    }

    @Override
    public void release() {
      frozen.release();
    }
  }

  private record OfBytes(String layout, Map<Integer, List<byte[]>> parts) implements Frozen {
    @Override
    public boolean holds(int keyGroup) {
      return parts.containsKey(keyGroup);
    }

    @Override
    public void write(int keyGroup, ByteSink target, Runnable afterBlock) {
      for (byte[] bytes : parts.getOrDefault(keyGroup, List.of())) {
        target.write(bytes, 0, bytes.length);
        afterBlock.run();
      }
    }

    @Override
    public void release() {
      // bytes need no release
    }
  }
}
