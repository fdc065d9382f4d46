package dev.weft.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchTest {
  @TempDir Path place;

  @Test
  void whatAKilledProcessLeftIsRemovedByTheNext() throws Exception {
    Process other = start();
    Path left = Path.of(other.inputReader().readLine());
    Files.createDirectories(left.resolve("spill-1/exchange"));
    Files.writeString(left.resolve("spill-1/exchange/0"), "rows");
    open().close();
    assertTrue(Files.exists(left), "its process lives");
    other.destroyForcibly().waitFor();
    try (Scratch next = open()) {
      assertFalse(Files.exists(left));
      assertEquals(List.of(next.directory()), children());
    }
    assertEquals(List.of(), children());
  }

  @Test
  void directoriesOfOneProcessLiveSideBySide() throws Exception {
    try (Scratch first = open();
        Scratch second = open()) {
      assertTrue(Files.isDirectory(first.directory()));
      assertTrue(Files.isDirectory(second.directory()));
    }
  }

  @Test
  void checkpointsAndWhatHasNoLockAreLeftAlone() throws Exception {
    Process other = start();
    Path checkpoints = Path.of(other.inputReader().readLine());
    Files.createDirectories(checkpoints.resolve(Scratch.STORAGE));
    other.destroyForcibly().waitFor();
    Path foreign = Files.createDirectories(place.resolve("weft-notes"));
    open().close();
    assertTrue(Files.exists(checkpoints));
    assertTrue(Files.exists(foreign));
  }

  @Test
  void theNextPlaceServesWhenTheFirstDoesNot() throws Exception {
    Path file = Files.writeString(place.resolve("file"), "");
    String bad = file.resolve("below").toString();
    try (Scratch scratch = Scratch.open("test", List.of(bad, place.toString()))) {
      assertEquals(place, scratch.directory().getParent());
    }
    WeftException none =
        assertThrows(WeftException.class, () -> Scratch.open("test", List.of(bad)));
    assertEquals(ErrorCode.RESOURCE, none.code());
  }

  private Scratch open() {
    return Scratch.open("test", List.of(place.toString()));
  }

  private List<Path> children() throws IOException {
    try (Stream<Path> all = Files.list(place)) {
      return all.toList();
    }
  }

  private Process start() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Owner.class.getName(),
            place.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Holds a directory until it is killed. */
  static final class Owner {
    public static void main(String[] args) throws Exception {
      System.out.println(Scratch.open("test", List.of(args[0])).directory());
      System.in.read(); // for ever, or until the test's own process is gone
    }
  }
}
