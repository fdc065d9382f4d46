package dev.weft.engine.state;

import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ByteSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/** A database in sorted maps; fails when what must be closed is used after or left open. */
public final class MemoryRowDatabase implements RowDatabase {
  private final List<TreeMap<byte[], byte[]>> families = new ArrayList<>();
  private final List<Runnable> gathered = new ArrayList<>();
  private final Map<String, Integer> numbers = new LinkedHashMap<>();
  private int fileSets;
  private int open;
  private boolean closed;

  /** An empty one. */
  public MemoryRowDatabase() {
    family("rows");
  }

  @Override
  public int family(String name) {
    return numbers.computeIfAbsent(
        name,
        n -> {
          families.add(new TreeMap<>(Arrays::compareUnsigned));
          return families.size() - 1;
        });
  }

  @Override
  public Set<String> families() {
    return Set.copyOf(numbers.keySet());
  }

  @Override
  public long estimatedRows() {
    return families.get(ROWS).size();
  }

  @Override
  public byte[] find(int family, byte[] key) {
    check();
    return families.get(family).get(key);
  }

  @Override
  public void findAll(int family, byte[][] keys, int size, byte[][] values) {
    for (int i = 0; i < size; i++) {
      values[i] = find(family, keys[i]);
    }
  }

  @Override
  public void put(
      int family,
      byte[] key,
      int keyAt,
      int keyLength,
      byte[] value,
      int valueAt,
      int valueLength) {
    check();
    byte[] name = Arrays.copyOfRange(key, keyAt, keyAt + keyLength);
    byte[] bytes = Arrays.copyOfRange(value, valueAt, valueAt + valueLength);
    gathered.add(() -> families.get(family).put(name, bytes));
  }

  @Override
  public void delete(int family, byte[] key, int keyAt, int keyLength) {
    check();
    byte[] name = Arrays.copyOfRange(key, keyAt, keyAt + keyLength);
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
      public Cursor range(int family, byte[] first, byte[] end) {
        return new Walk(copies.get(family).tailMap(first, true), new byte[0], end);
      }

      @Override
      public void close() {
        open--;
      }
    };
  }

  /** One file for each family, named by it, that is written anew each time. */
  @Override
  public Files files() {
    check();
    Map<String, byte[]> contents = new LinkedHashMap<>();
    String set = "-" + fileSets++;
    numbers.forEach((name, number) -> contents.put(name + set, bytes(families.get(number))));
    open++;
    return new Files() {
      @Override
      public List<Entry> list() {
        return contents.entrySet().stream()
            .map(each -> new Entry(each.getKey(), each.getValue().length, true))
            .toList();
      }

      @Override
      public InputStream open(String name) {
        return new ByteArrayInputStream(contents.get(name));
      }

      @Override
      public void link(String name, String target) throws IOException {
        throw new IOException(name + " is in memory only");
      }

      @Override
      public void close() {
        open--;
      }
    };
  }

  private static byte[] bytes(TreeMap<byte[], byte[]> family) {
    ByteSink sink = new ByteSink(64);
    family.forEach(
        (key, value) -> {
          sink.writeVarInt(key.length);
          sink.write(key, 0, key.length);
          sink.writeVarInt(value.length);
          sink.write(value, 0, value.length);
        });
    return sink.toBytes();
  }

  /** Databases in memory. */
  public static RowDatabases databases() {
    return new RowDatabases() {
      @Override
      public RowDatabase open(Place place) {
        return new MemoryRowDatabase();
      }

      @Override
      public RowDatabase open(Place place, Content content) throws IOException {
        MemoryRowDatabase database = new MemoryRowDatabase();
        for (String name : content.names()) {
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          content.read(name, bytes);
          int family = database.family(name.substring(0, name.lastIndexOf('-')));
          ByteSource source = new ByteSource(bytes.toByteArray(), 0, bytes.size());
          while (source.remaining() > 0) {
            byte[] key = source.readByteArray(source.readVarInt());
            database.families.get(family).put(key, source.readByteArray(source.readVarInt()));
          }
        }
        return database;
      }

      @Override
      public void close() {
        // nothing is shared
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
