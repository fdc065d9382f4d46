package dev.weft.engine.state;

import dev.weft.engine.state.paged.Generation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The rows of one key group, by key: extendible hashing (Fagin, Nievergelt, Pippenger, Strong,
 * 1979) over {@link Segment}s, so that growing and copying on write happen a few kilobytes at a
 * time however many rows there are. The directory goes by the top bits of the scattered hash, slots
 * within a segment by the low bits of the hash itself; the key group took the hash's top bits.
 */
final class KeyedTable {
  private static final int SEGMENT_CAPACITY_MAX = 2048;
  private static final int DEPTH_MAX = 20;

  private final Generation generation;
  private int stride;
  private Segment[] directory;
  private int bits;

  KeyedTable(Generation generation, int stride) {
    this.generation = generation;
    this.stride = stride;
    this.directory = new Segment[] {new Segment(generation, stride, 0, 0)};
  }

  static long scatter(int hash) {
    return hash * 0x9e37_79b9 & 0xffff_ffffL;
  }

  /** The segment where a key is if it is there. */
  Segment segment(int hash) {
    return directory[(int) (scatter(hash) >>> 32 - bits)];
  }

  /** The segment where a key is to be added, with room for it. */
  Segment segmentWithRoom(int hash) {
    Segment segment = segment(hash);
    while (segment.full()) {
      if (segment.capacity() < SEGMENT_CAPACITY_MAX || segment.depth == DEPTH_MAX) {
        segment.resize(segment.capacity() * 2);
      } else {
        split(segment, hash);
      }
      segment = segment(hash);
    }
    return segment;
  }

  private void split(Segment segment, int hash) {
    if (segment.depth == bits) {
      Segment[] twice = new Segment[directory.length * 2];
      for (int i = 0; i < twice.length; i++) {
        twice[i] = directory[i >>> 1];
      }
      directory = twice;
      bits++;
    }
    int depth = segment.depth + 1;
    Segment zero = new Segment(generation, stride, depth, SEGMENT_CAPACITY_MAX);
    Segment one = new Segment(generation, stride, depth, SEGMENT_CAPACITY_MAX);
    segment.split(zero, one, 32 - depth);
    int half = 1 << bits - depth;
    int first = (int) (scatter(hash) >>> 32 - segment.depth) << bits - segment.depth;
    for (int i = 0; i < half; i++) {
      directory[first + i] = zero;
      directory[first + half + i] = one;
    }
  }

  /** Gives every row more cells. */
  void widen(int newStride) {
    stride = newStride;
    forEachSegment(segment -> segment.widen(newStride));
  }

  /** Each segment once, in the order of the directory. */
  void forEachSegment(Consumer<Segment> action) {
    for (int i = 0; i < directory.length; i += 1 << bits - directory[i].depth) {
      action.accept(directory[i]);
    }
  }

  /** How many places the directory has. */
  int directorySize() {
    return directory.length;
  }

  /** The segment at a place of the directory. */
  Segment segmentAt(int place) {
    return directory[place];
  }

  /** The first place after this one that has another segment. */
  int after(int place) {
    int step = 1 << bits - directory[place].depth;
    return (place & -step) + step;
  }

  /** Holds on to the present arrays; null when there are no rows. */
  Captured capture() {
    List<int[]> hashes = new ArrayList<>();
    List<Object[]> cells = new ArrayList<>();
    forEachSegment(
        segment -> {
          if (segment.size() > 0) {
            hashes.add(segment.hashes());
            cells.add(segment.cells);
          }
        });
    return hashes.isEmpty()
        ? null
        : new Captured(hashes.toArray(int[][]::new), cells.toArray(Object[][]::new));
  }

  /** The arrays of the segments of a table. */
  record Captured(int[][] hashes, Object[][] cells) {
    /** The rows, of which each takes so many cells. */
    FrozenRows.Rows rows(int stride) {
      return action -> {
        for (int s = 0; s < cells.length; s++) {
          Object[] row = cells[s];
          for (int base = 0; base < row.length; base += stride) {
            if (row[base] != null) {
              action.accept(new FrozenRows.Row(row, base, hashes[s][base / stride]));
            }
          }
        }
      };
    }
  }
}
