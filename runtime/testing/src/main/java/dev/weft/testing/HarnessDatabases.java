package dev.weft.testing;

import dev.weft.engine.server.rocks.RocksDatabases;
import dev.weft.engine.state.RowDatabase;
import dev.weft.engine.state.RowDatabases;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * RocksDB for a program under test. Its files are the only ones of a harness that are not in
 * memory: they lie in a temporary directory that is made with the first database.
 */
final class HarnessDatabases implements RowDatabases {
  private static final long MEMORY_BYTES = 16L << 20;

  private final RocksDatabases databases = new RocksDatabases(MEMORY_BYTES);
  private Path root;

  @Override
  public RowDatabase open(Place place) {
    return databases.open(moved(place));
  }

  @Override
  public RowDatabase open(Place place, Content content) throws IOException {
    return databases.open(moved(place), content);
  }

  /** Where files go that a worker would have in its scratch directory. */
  private Place moved(Place place) {
    try {
      if (root == null) {
        root = Files.createTempDirectory("weft-test-harness-");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Path path = root.resolve("." + URI.create(place.directory()).getPath()).normalize();
    return new Place(path.toUri().toString(), place.whenDamaged());
  }

  @Override
  public void close() {
    databases.close();
    if (root == null) {
      return;
    }
    try (Stream<Path> files = Files.walk(root)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
