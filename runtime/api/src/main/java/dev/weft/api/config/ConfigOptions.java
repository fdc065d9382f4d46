package dev.weft.api.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Builds {@link ConfigOption}s: {@code key("a.b").intType().defaultValue(3)}. */
public final class ConfigOptions {
  private ConfigOptions() {}

  /** Starts an option with the given key. */
  public static KeyStep key(String key) {
    return new KeyStep(key);
  }

  /** The step that chooses the type. */
  public static final class KeyStep {
    private final String key;

    private KeyStep(String key) {
      this.key = key;
    }

    /** A text option. */
    public TypeStep<String> stringType() {
      return new TypeStep<>(key, "String", text -> text);
    }

    /** An {@code int} option. */
    public TypeStep<Integer> intType() {
      return new TypeStep<>(key, "Integer", Integer::valueOf);
    }

    /** A {@code long} option. */
    public TypeStep<Long> longType() {
      return new TypeStep<>(key, "Long", Long::valueOf);
    }

    /** A {@code double} option. */
    public TypeStep<Double> doubleType() {
      return new TypeStep<>(key, "Double", Double::valueOf);
    }

    /** A {@code boolean} option; anything but true and false is refused. */
    public TypeStep<Boolean> booleanType() {
      return new TypeStep<>(key, "Boolean", ConfigOptions::parseBoolean);
    }

    /** A duration option: {@code 500 ms}, {@code 10s}, {@code 3 min} or ISO-8601. */
    public TypeStep<Duration> durationType() {
      return new TypeStep<>(key, "Duration", Durations::parse);
    }

    /** A memory option: {@code 512m}, {@code 1 gb}. */
    public TypeStep<MemorySize> memoryType() {
      return new TypeStep<>(key, "MemorySize", MemorySize::parse);
    }

    /**
     * An option with one of an enum's values, matched without regard to case, {@code -} as {@code
     * _}.
     */
    public <E extends Enum<E>> TypeStep<E> enumType(Class<E> type) {
      return new TypeStep<>(key, type.getSimpleName(), text -> parseEnum(type, text));
    }

    /** A list of texts separated by {@code ;} or {@code ,}. */
    public TypeStep<List<String>> listType() {
      return new TypeStep<>(
          key,
          "List",
          text ->
              Arrays.stream(text.split("[;,]"))
                  .map(String::trim)
                  .filter(s -> !s.isEmpty())
                  .toList());
    }

    /**
     * A map of texts, {@code key:value,key:value}; what contains a comma or a colon stands in
     * single quotes.
     */
    public TypeStep<Map<String, String>> mapType() {
      return new TypeStep<>(key, "Map", MapText::parse);
    }
  }

  /** The step that sets the default. */
  public static final class TypeStep<T> {
    private final String key;
    private final String typeName;
    private final Function<String, T> parser;

    private TypeStep(String key, String typeName, Function<String, T> parser) {
      this.key = key;
      this.typeName = typeName;
      this.parser = parser;
    }

    /** Ends with a default. */
    public ConfigOption<T> defaultValue(T value) {
      return new ConfigOption<>(key, typeName, value, "", parser);
    }

    /** Ends without a default: the option reads as null until set. */
    public ConfigOption<T> noDefaultValue() {
      return new ConfigOption<>(key, typeName, null, "", parser);
    }
  }

  private static Boolean parseBoolean(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> Boolean.TRUE;
      case "false" -> Boolean.FALSE;
      default -> throw new IllegalArgumentException("write true or false");
    };
  }

  private static <E extends Enum<E>> E parseEnum(Class<E> type, String text) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equalsIgnoreCase(text.replace('-', '_'))) {
        return constant;
      }
    }
    throw new IllegalArgumentException("write one of " + Arrays.toString(type.getEnumConstants()));
  }
}
