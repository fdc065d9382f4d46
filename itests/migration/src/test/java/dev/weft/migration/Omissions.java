package dev.weft.migration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What Weft leaves out of Flink's API, with the reason or what to use instead. One line each: what,
 * two colons, why. What is a type or {@code Type.method(Parameters)}; stars stand for anything. The
 * first line that fits counts.
 */
final class Omissions {
  static final Path FILE = Path.of("src/test/resources/omissions.txt");

  private final Map<String, String> reasons = new LinkedHashMap<>();
  private final Map<String, Pattern> patterns = new LinkedHashMap<>();
  private final Set<String> unused = new LinkedHashSet<>();

  static Omissions read() throws IOException {
    Omissions omissions = new Omissions();
    for (String line : Files.readAllLines(FILE)) {
      if (!line.isBlank() && !line.startsWith("#")) {
        String[] parts = line.split(" :: ", 2);
        omissions.reasons.put(parts[0], parts[1]);
        omissions.patterns.put(
            parts[0], Pattern.compile(Pattern.quote(parts[0]).replace("*", "\\E.*\\Q")));
        omissions.unused.add(parts[0]);
      }
    }
    return omissions;
  }

  Optional<String> reasonOf(String what) {
    for (Map.Entry<String, Pattern> pattern : patterns.entrySet()) {
      if (pattern.getValue().matcher(what).matches()) {
        unused.remove(pattern.getKey());
        return Optional.of(reasons.get(pattern.getKey()));
      }
    }
    return Optional.empty();
  }

  /** Takes the lines that fit nothing out of the file. */
  void dropUnused() throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(FILE));
    lines.removeIf(line -> unused.contains(line.split(" :: ", 2)[0]));
    Files.write(FILE, lines);
    unused.clear();
  }

  /** Lines that fit nothing that is missing. */
  Set<String> unused() {
    return unused;
  }
}
