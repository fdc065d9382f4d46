package dev.weft.engine.server.rocks;

import dev.weft.engine.state.RowDatabase;
import dev.weft.engine.state.RowDatabases;
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
  public synchronized RowDatabase open(String directory) {
    if (environment == null) {
      environment = new RocksEnvironment(memoryBytes);
    }
    return environment.open(Path.of(URI.create(directory)));
  }

  @Override
  public synchronized void close() {
    if (environment != null) {
      environment.close();
      environment = null;
    }
  }
}
