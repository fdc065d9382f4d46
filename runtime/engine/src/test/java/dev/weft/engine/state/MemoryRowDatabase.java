package dev.weft.engine.state;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** A database in sorted maps; fails when what must be closed is used after or left open. */
public final class MemoryRowDatabase implements RowDatabase {
  private final List<TreeMap<byte[], byte[]>> families = new ArrayList<>();
  private final List<Runnable> gathered = new ArrayList<>();
  private int open;
  private boolean closed;

  /** An empty one. */
  public MemoryRowDatabase() {
    addFamily("rows");
  }

  @Override
  public int addFamily(String name) {
    families.add(new TreeMap<>(Arrays::compareUnsigned));
    return families.size() - 1;
  }

  @Override
  public byte[] find(int family, byte[] key) {
    check();
    return families.get(family).get(key);
  }

  @Override
  public void findAll(byte[][] keys, int size, byte[][] values) {
    for (int i = 0; i < size; i++) {
      values[i] = find(ROWS, keys[i]);
    }
  }

  @Override
  public void put(int family, byte[] key, byte[] value, int length) {
    check();
    byte[] name = key.clone();
    byte[] bytes = Arrays.copyOf(value, length);
    gathered.add(() -> families.get(family).put(name, bytes));
  }

  @Override
  public void delete(int family, byte[] key) {
    check();
    byte[] name = key.clone();
    gathered.add(() -> families.get(family).remove(name));
  }

  @Override
  public void deleteAll(int family, byte[] prefix) {
    check();
    byte[] begin = prefix.clone();
    gathered.add(() -> families.get(family).keySet().removeIf(key -> beginsWith(key, begin)));
  }

  private static boolean beginsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  @Override
  public void write() {
    check();
    gathered.forEach(Runnable::run);
    gathered.clear();
  }

  @Override
  public Cursor cursor(int family, byte[] prefix, byte[] after) {
    check();
    NavigableMap<byte[], byte[]> from =
        after == null
            ? families.get(family).tailMap(prefix, true)
            : families.get(family).tailMap(after, false);
    return new Walk(new TreeMap<>(from), prefix, null);
  }

  @Override
  public View view() {
    check();
    List<TreeMap<byte[], byte[]>> copies = families.stream().map(TreeMap::new).toList();
    open++;
    return new View() {
      @Override
      public Cursor cursor(int family, byte[] prefix) {
        return new Walk(copies.get(family).tailMap(prefix, true), prefix, null);
      }

      @Override
      public Cursor range(byte[] first, byte[] end) {
        return new Walk(copies.get(ROWS).tailMap(first, true), new byte[0], end);
      }

      @Override
      public void close() {
        open--;
      }
    };
  }

  private void check() {
    if (closed) {
      throw new IllegalStateException("the database is closed");
    }
  }

  @Override
  public void close() {
    closed = true;
    if (open != 0) {
      throw new IllegalStateException(open + " cursors or views are open");
    }
  }

  private final class Walk implements Cursor {
    private final Iterator<Map.Entry<byte[], byte[]>> entries;
    private final byte[] prefix;
    private final byte[] end;
    private Map.Entry<byte[], byte[]> entry;

    Walk(NavigableMap<byte[], byte[]> from, byte[] prefix, byte[] end) {
      this.entries = from.entrySet().iterator();
      this.prefix = prefix;
      this.end = end;
      open++;
    }

    @Override
    public boolean next() {
      if (!entries.hasNext()) {
        return false;
      }
      entry = entries.next();
      return beginsWith(entry.getKey(), prefix)
          && (end == null || Arrays.compareUnsigned(entry.getKey(), end) < 0);
    }

    @Override
    public byte[] key() {
      return entry.getKey();
    }

    @Override
    public byte[] value() {
      return entry.getValue();
    }

    @Override
    public void close() {
      open--;
    }
  }
}
