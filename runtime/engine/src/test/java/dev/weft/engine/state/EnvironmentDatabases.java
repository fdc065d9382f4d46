package dev.weft.engine.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.engine.server.rocks.RocksEnvironment;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** Databases in a directory, of which nothing may be left open or on the disk at the end. */
public final class EnvironmentDatabases implements RowDatabases {
  private static final long MEMORY = 32L << 20;

  private final Path directory;
  private final RocksEnvironment environment = new RocksEnvironment(MEMORY);
  private int opened;

  /**
   * Databases.
   *
   * @param directory nothing else may lie there
   */
  public EnvironmentDatabases(Path directory) {
    this.directory = directory;
  }

  /** The name of a new database, as a URI. */
  public String next() {
    return directory.resolve("db-" + opened++).toUri().toString();
  }

  @Override
  public RowDatabase open(Place place) {
    return environment.open(path(place), place.whenDamaged());
  }

  @Override
  public RowDatabase open(Place place, Content content) throws IOException {
    return environment.open(path(place), content, place.whenDamaged());
  }

  private static Path path(Place place) {
    return Path.of(URI.create(place.directory()));
  }

  @Override
  public void close() {
    environment.close();
    assertEquals(Map.of(), environment.openHandles());
    try (Stream<Path> left = Files.list(directory)) {
      assertEquals(0, left.count());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
