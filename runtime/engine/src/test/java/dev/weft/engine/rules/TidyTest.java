package dev.weft.engine.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds what can be held of the style of all modules, by reading their sources. */
class TidyTest {
  private static final int FILE_LINES_MAX = 600;
  private static final int PACKAGE_FILES_MAX = 31;
  private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
  private static final Pattern BANNED_NAME =
      Pattern.compile("(Util|Utils|Helper|Helpers|Common|Impl|Base|Info)$|Manager$");

  /** The engine's own part, and what Flink calls so. */
  private static final Set<String> ALLOWED_NAMES =
      Set.of("ResourceManager", "JobInfo", "TaskInfo", "BasicTypeInfo");

  private static final Pattern UNORDERED =
      Pattern.compile("\\b(Set|Map)\\.copyOf\\(|Unmodifiable(Set|Map)\\(");

  private static final Pattern UNFINISHED =
      Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");

  /** Which modules may name a library. */
  private static final Map<String, List<String>> CONFINED =
      Map.of(
          "import org.apache.hadoop.",
          List.of("connectors-hdfs", "connectors-hive", "yarn-appmaster", "dist/sandbox", "itests"),
          "import org.apache.zookeeper.",
          List.of("ha-zookeeper", "dist/sandbox", "itests"),
          "import org.apache.curator.",
          List.of("ha-zookeeper", "dist/sandbox", "itests"),
          "import picocli.",
          List.of("runtime/client"),
          "import io.netty.",
          List.of("runtime/engine"),
          "import io.javalin.",
          List.of("runtime/engine"),
          "import org.mockito.",
          List.of());

  private static List<Path> sources() {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.toString().contains("/target/"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String place(Path file) {
    return ROOT.relativize(file).toString();
  }

  private static boolean isMain(Path file) {
    return file.toString().contains("/src/main/");
  }

  @Test
  void theSourcesAreFound() {
    assertTrue(sources().size() > 300, "only " + sources().size() + " sources below " + ROOT);
  }

  @Test
  void filesAreShort() {
    List<String> found = new ArrayList<>();
    for (Path file : sources()) {
      int count = lines(file).size();
      if (count > FILE_LINES_MAX) {
        found.add(place(file) + ": " + count + " lines");
      }
    }
    assertEquals(List.of(), found);
  }

  @Test
  void packagesAreNeitherUndescribedNorCrowded() {
    Map<Path, Integer> packages = new TreeMap<>();
    sources().stream()
        .filter(TidyTest::isMain)
        .forEach(file -> packages.merge(file.getParent(), 1, Integer::sum));
    List<String> found = new ArrayList<>();
    packages.forEach(
        (folder, count) -> {
          if (!Files.exists(folder.resolve("package-info.java"))) {
            found.add(place(folder) + ": no package-info.java");
          }
          // Streams and functions stand where users of Flink look for them.
          if (count > PACKAGE_FILES_MAX
              && !folder.endsWith("functions")
              && !folder.endsWith("dev/weft/api")) {
            found.add(place(folder) + ": " + count + " files");
          }
        });
    assertEquals(List.of(), found);
  }

  @Test
  void namesAreNouns() {
    List<String> found = new ArrayList<>();
    for (Path file : sources()) {
      String name = file.getFileName().toString().replace(".java", "");
      boolean allowed = ALLOWED_NAMES.contains(name) || name.endsWith("TaskManager");
      if (BANNED_NAME.matcher(name).find() && !allowed) {
        found.add(place(file));
      }
    }
    assertEquals(List.of(), found);
  }

  @Test
  void nothingIsLeftUnfinished() {
    List<String> found = new ArrayList<>();
    for (Path file : sources()) {
      for (String line : lines(file)) {
        if (UNFINISHED.matcher(line).find() || line.contains("@Dis" + "abled")) {
          found.add(place(file) + ": " + line.trim());
        }
      }
    }
    assertEquals(List.of(), found);
  }

  @Test
  void librariesStayInTheirModules() {
    List<String> found = new ArrayList<>();
    for (Path file : sources()) {
      for (String line : lines(file)) {
        CONFINED.forEach(
            (library, modules) -> {
              if (line.startsWith(library) && modules.stream().noneMatch(place(file)::startsWith)) {
                found.add(place(file) + ": " + line);
              }
            });
      }
    }
    assertEquals(List.of(), found);
  }

  @Test
  void connectorsNeverSeeTheEngine() {
    List<String> found = new ArrayList<>();
    for (Path file : sources()) {
      if (place(file).startsWith("connectors-") || place(file).startsWith("dist/examples")) {
        lines(file).stream()
            .filter(line -> line.startsWith("import dev.weft.engine."))
            // The contract of file stores, as tests to extend.
            .filter(line -> !line.startsWith("import dev.weft.engine.conformance."))
            .forEach(line -> found.add(place(file) + ": " + line));
      }
    }
    assertEquals(List.of(), found);
  }

  /** Their order differs from process to process, so a seed would not be the same everywhere. */
  @Test
  void theEngineMakesNoCopiesWithoutOrder() {
    List<String> found = new ArrayList<>();
    for (Path file : sources()) {
      if (isMain(file) && place(file).startsWith("runtime/engine/")) {
        lines(file).stream()
            .filter(line -> UNORDERED.matcher(line).find())
            .forEach(line -> found.add(place(file) + ": " + line.trim()));
      }
    }
    assertEquals(List.of(), found);
  }

  @Test
  void testsDoNotSleep() {
    List<String> found = new ArrayList<>();
    for (Path file : sources()) {
      boolean unit = place(file).startsWith("runtime/") && !isMain(file);
      for (String line : lines(file)) {
        if (unit && line.contains("Thread" + ".sleep(")) {
          found.add(place(file) + ": " + line.trim());
        }
      }
    }
    assertEquals(List.of(), found);
  }
}
