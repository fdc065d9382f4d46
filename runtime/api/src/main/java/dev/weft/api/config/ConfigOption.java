package dev.weft.api.config;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * A typed option: key, type, default, and one sentence of description. Options are constants; the
 * generated documentation and the check for unknown keys read them.
 *
 * @param <T> the type of the value
 */
public final class ConfigOption<T> {
  private final String key;
  private final String typeName;
  private final T defaultValue;
  private final String description;
  private final Function<String, T> parser;
  private final List<String> fallbackKeys;

  ConfigOption(
      String key, String typeName, T defaultValue, String description, Function<String, T> parser) {
    this(key, typeName, defaultValue, description, parser, List.of());
  }

  private ConfigOption(
      String key,
      String typeName,
      T defaultValue,
      String description,
      Function<String, T> parser,
      List<String> fallbackKeys) {
    this.fallbackKeys = fallbackKeys;
    this.key = Objects.requireNonNull(key);
    this.typeName = typeName;
    this.defaultValue = defaultValue;
    this.description = description;
    this.parser = parser;
  }

  /** The key as it stands in {@code config.yaml} and after {@code -D}. */
  public String key() {
    return key;
  }

  /** The type's name for documentation, such as {@code Duration}. */
  public String typeName() {
    return typeName;
  }

  /** The default, or null where there is none. */
  public T defaultValue() {
    return defaultValue;
  }

  /** What the option does, in one sentence. */
  public String description() {
    return description;
  }

  /** The same option with a description. */
  public ConfigOption<T> withDescription(String text) {
    return new ConfigOption<>(key, typeName, defaultValue, text, parser, fallbackKeys);
  }

  /** The same option that also answers to older keys; the first that is set counts. */
  public ConfigOption<T> withFallbackKeys(String... keys) {
    return new ConfigOption<>(key, typeName, defaultValue, description, parser, List.of(keys));
  }

  /** Older keys that are read when the key itself is not set. */
  public List<String> fallbackKeys() {
    return fallbackKeys;
  }

  /**
   * Parses a value.
   *
   * @throws dev.weft.api.error.WeftException with code USER that names the key, the value and the
   *     expected form
   */
  T parse(String text) {
    try {
      return parser.apply(text.trim());
    } catch (IllegalArgumentException e) {
      throw new dev.weft.api.error.WeftException(
          dev.weft.api.error.ErrorCode.USER,
          "Option "
              + key
              + " has the value '"
              + text
              + "', which is no "
              + typeName
              + ": "
              + e.getMessage(),
          e);
    }
  }

  @Override
  public String toString() {
    return key;
  }
}
