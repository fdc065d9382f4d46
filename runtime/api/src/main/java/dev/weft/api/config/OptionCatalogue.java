package dev.weft.api.config;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All options that there are: what documentation lists and the check for unknown keys accepts. */
public final class OptionCatalogue {
  /** Keys that begin so are handed to Hadoop without the beginning. */
  public static final String HADOOP_PREFIX = "hadoop.conf.";

  /** Keys that begin so belong to the user's program. */
  public static final String USER_PREFIX = "user.";

  private static final List<Class<?>> HOLDERS =
      List.of(
          CoreOptions.class,
          PipelineOptions.class,
          ExecutionOptions.class,
          CheckpointingOptions.class,
          RestartStrategyOptions.class,
          StateBackendOptions.class,
          ClusterOptions.class,
          JobManagerOptions.class,
          TaskManagerOptions.class,
          RestOptions.class,
          HighAvailabilityOptions.class,
          SecurityOptions.class,
          YarnOptions.class);
  private static final int SUGGESTION_DISTANCE_MAX = 8;
  private static final Map<String, ConfigOption<?>> BY_KEY = collect();

  private static final Map<String, ConfigOption<?>> BY_FALLBACK_KEY = collectFallbackKeys();

  private OptionCatalogue() {}

  /** Every option, sorted by key. */
  public static List<ConfigOption<?>> all() {
    return List.copyOf(new ArrayList<>(BY_KEY.values()));
  }

  /** The option of a key. */
  public static Optional<ConfigOption<?>> find(String key) {
    return Optional.ofNullable(BY_KEY.getOrDefault(key, BY_FALLBACK_KEY.get(key)));
  }

  /** Whether a key is an option's or begins with one of the free prefixes. */
  public static boolean knows(String key) {
    return find(key).isPresent()
        || (key.startsWith(HADOOP_PREFIX) && key.length() > HADOOP_PREFIX.length())
        || (key.startsWith(USER_PREFIX) && key.length() > USER_PREFIX.length());
  }

  /**
   * Checks one key and its text, from wherever they come.
   *
   * @return what is wrong, as the end of a sentence that begins with the place; empty when nothing
   */
  public static Optional<String> problemOf(String key, String text) {
    if (!knows(key)) {
      return Optional.of("unknown option '" + key + "'" + suggestion(key));
    }
    ConfigOption<?> option = find(key).orElse(null);
    if (option != null) {
      try {
        option.parse(text);
      } catch (dev.weft.api.error.WeftException e) {
        return Optional.of(e.getMessage());
      }
    }
    return Optional.empty();
  }

  private static String suggestion(String key) {
    String best = null;
    int bestDistance = Math.min(SUGGESTION_DISTANCE_MAX, key.length() / 2) + 1;
    for (String candidate : BY_KEY.keySet()) {
      int distance = distance(key, candidate);
      if (distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
    return best == null
        ? "; the program's own options begin with '" + USER_PREFIX + "'"
        : "; did you mean '" + best + "'?";
  }

  /** The edit distance of Levenshtein: insertions, deletions and replacements cost one each. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }

  private static Map<String, ConfigOption<?>> collectFallbackKeys() {
    Map<String, ConfigOption<?>> byKey = new TreeMap<>();
    for (ConfigOption<?> option : BY_KEY.values()) {
      option.fallbackKeys().forEach(key -> byKey.put(key, option));
    }
    return byKey;
  }

  private static Map<String, ConfigOption<?>> collect() {
    Map<String, ConfigOption<?>> byKey = new TreeMap<>();
    for (Class<?> holder : HOLDERS) {
      for (Field field : holder.getFields()) {
        if (!Modifier.isStatic(field.getModifiers()) || field.getType() != ConfigOption.class) {
          continue;
        }
        try {
          ConfigOption<?> option = (ConfigOption<?>) field.get(null);
          if (byKey.put(option.key(), option) != null) {
            throw new IllegalStateException("two options have the key " + option.key());
          }
        } catch (IllegalAccessException e) {
          throw new IllegalStateException("a public constant cannot be read: " + field, e);
        }
      }
    }
    return byKey;
  }
}
