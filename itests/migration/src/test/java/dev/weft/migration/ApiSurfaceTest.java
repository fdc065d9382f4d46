package dev.weft.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.migration.ApiIndex.ApiClass;
import dev.weft.migration.ApiIndex.ApiMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Every type and method of Flink 2 that programs on streams use is in Weft under the same name and
 * with the same parameters, or is left out for a reason that {@link Omissions} gives. The tables of
 * docs/migrating-from-flink.md are made from this; {@code -Dweft.docs.update=true} rewrites them.
 */
class ApiSurfaceTest {
  private static final Path PAGE = Path.of("../../docs/migrating-from-flink.md");
  private static final String BEGIN = "<!-- made by ApiSurfaceTest: ";
  private static final String END = "<!-- end -->";

  /** What is held against Weft's API. */
  private static final Pattern HELD =
      Pattern.compile(
          "org\\.apache\\.flink\\.("
              + "streaming\\.api\\.datastream"
              + "|streaming\\.api\\.environment"
              + "|streaming\\.api\\.functions(\\.(co|windowing|async))?"
              + "|streaming\\.api\\.windowing\\.(assigners|triggers|evictors|windows)"
              + "|api\\.common\\.(functions|state|eventtime|accumulators)"
              + "|api\\.java\\.functions|util)");

  private final List<String> unexplained = new ArrayList<>();
  private final Map<String, List<String>> rows = new LinkedHashMap<>();
  private final Map<String, List<String>> missingTypes = new TreeMap<>();

  @Test
  void whatIsMissingIsMissingForAReason() throws IOException {
    Omissions omissions = Omissions.read();
    ApiIndex flink = Apis.flink(Apis.FLINK_2);
    ApiIndex weft = Apis.weft();
    Map<String, String> counterparts = Apis.counterparts();
    for (ApiClass type : flink.visible()) {
      if (HELD.matcher(type.packageName()).matches() && !isOmittedWithOuter(type, counterparts)) {
        String counterpart = counterparts.get(type.name());
        if (counterpart == null) {
          missingType(type, omissions);
        } else {
          compare(type, weft.find(counterpart), weft, omissions);
        }
      }
    }
    String page = Files.readString(PAGE);
    String written = replace(replace(page, "methods", methods()), "types", types());
    if (Apis.updating()) {
      Files.writeString(PAGE, written);
      omissions.dropUnused();
    }
    assertEquals("", String.join("\n", unexplained), "missing without a reason");
    assertEquals(Set.of(), omissions.unused(), "left out, but there");
    assertEquals(written, Files.readString(PAGE));
  }

  private static boolean isOmittedWithOuter(ApiClass type, Map<String, String> counterparts) {
    String outer = type.name().substring(0, type.name().lastIndexOf('.'));
    return Apis.isNested(type.name()) && !counterparts.containsKey(outer);
  }

  private void missingType(ApiClass type, Omissions omissions) {
    Optional<String> reason = omissions.reasonOf(type.nestedName());
    if (reason.isEmpty()) {
      unexplained.add(type.nestedName());
    } else {
      missingTypes.computeIfAbsent(reason.get(), r -> new ArrayList<>()).add(type.nestedName());
    }
  }

  private void compare(ApiClass type, ApiClass counterpart, ApiIndex weft, Omissions omissions) {
    Set<ApiMethod> there = weft.allMethods(counterpart);
    Map<String, Set<String>> missing = new TreeMap<>();
    int same = 0;
    for (ApiMethod method : type.methods()) {
      if (there.contains(method) || isForEngine(method)) {
        same++;
        continue;
      }
      String what = type.nestedName() + "." + method;
      Optional<String> reason = omissions.reasonOf(what);
      if (reason.isEmpty()) {
        unexplained.add(what);
      } else {
        missing.computeIfAbsent(reason.get(), r -> new TreeSet<>()).add(method.name());
      }
    }
    rows.put(
        type.nestedName(),
        List.of(
            "`" + type.name().substring("org.apache.flink.".length()) + "`",
            "`" + counterpart.name().substring("dev.weft.".length()) + "`",
            same + " of " + type.methods().size(),
            missing.entrySet().stream()
                .map(
                    entry ->
                        entry.getValue().stream()
                                .map(name -> "`" + name + "`")
                                .collect(Collectors.joining(", "))
                            + ": "
                            + entry.getKey())
                .collect(Collectors.joining("; "))));
  }

  /** Constructors of what programs never make, and what only an engine calls. */
  private static boolean isForEngine(ApiMethod method) {
    return method.name().equals("new")
        && method.parameters().stream()
            .anyMatch(
                Set.of(
                        "Transformation",
                        "StreamExecutionEnvironment",
                        "DataStream",
                        "KeyedStream",
                        "TypeSerializer")
                    ::contains);
  }

  private String methods() {
    StringBuilder text =
        new StringBuilder("| Flink | Weft | methods | not there |\n|---|---|---|---|\n");
    rows.values().stream()
        .sorted((a, b) -> a.get(0).compareTo(b.get(0)))
        .forEach(row -> text.append("| ").append(String.join(" | ", row)).append(" |\n"));
    return text.toString();
  }

  private String types() {
    StringBuilder text = new StringBuilder("| Flink | why, or what instead |\n|---|---|\n");
    missingTypes.forEach(
        (reason, types) ->
            text.append("| ")
                .append(types.stream().map(t -> "`" + t + "`").collect(Collectors.joining(", ")))
                .append(" | ")
                .append(reason)
                .append(" |\n"));
    return text.toString();
  }

  private static String replace(String page, String section, String content) {
    String begin = BEGIN + section + " -->\n";
    int from = page.indexOf(begin) + begin.length();
    int to = page.indexOf(END, from);
    return page.substring(0, from) + content + page.substring(to);
  }
}
