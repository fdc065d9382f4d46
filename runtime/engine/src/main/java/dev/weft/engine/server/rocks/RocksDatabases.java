package dev.weft.engine.server.rocks;

import dev.weft.engine.state.RowDatabase;
import dev.weft.engine.state.RowDatabases;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/** RocksDB for a worker; nothing is loaded before the first database is opened. Thread-safe. */
public final class RocksDatabases implements RowDatabases {
  private final long memoryBytes;
  private RocksEnvironment environment;

  /**
   * Databases.
   *
   * @param memoryBytes what all databases take together outside of the heap
   */
  public RocksDatabases(long memoryBytes) {
    this.memoryBytes = memoryBytes;
  }

  @Override
  public RowDatabase open(Place place) {
    return environment().open(path(place), place.whenDamaged());
  }

  @Override
  public RowDatabase open(Place place, Content content) throws IOException {
    return environment().open(path(place), content, place.whenDamaged());
  }

  private static Path path(Place place) {
    return Path.of(URI.create(place.directory()));
  }

  private synchronized RocksEnvironment environment() {
    if (environment == null) {
      environment = new RocksEnvironment(memoryBytes);
    }
    return environment;
  }

  @Override
  public synchronized void close() {
    if (environment != null) {
      environment.close();
      environment = null;
    }
  }
}
