package dev.weft.api.config;

import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Option values by key, kept as text and parsed when read. Not thread-safe while being changed. */
public final class Configuration implements Serializable {
  private final TreeMap<String, String> values = new TreeMap<>();

  /** An empty configuration. */
  public Configuration() {}

  /** A configuration with the given texts. */
  public static Configuration of(Map<String, String> texts) {
    Configuration configuration = new Configuration();
    configuration.values.putAll(texts);
    return configuration;
  }

  /**
   * The value of an option, or its default.
   *
   * @throws dev.weft.api.error.WeftException with code USER when the text is no value of the type
   */
  public <T> T get(ConfigOption<T> option) {
    String text = textOf(option);
    return text == null ? option.defaultValue() : option.parse(text);
  }

  /** The value where it is set or has a default. */
  public <T> Optional<T> getOptional(ConfigOption<T> option) {
    return Optional.ofNullable(get(option));
  }

  /** Whether the key is set. */
  public boolean contains(ConfigOption<?> option) {
    return textOf(option) != null;
  }

  private String textOf(ConfigOption<?> option) {
    String text = values.get(option.key());
    for (String older : option.fallbackKeys()) {
      text = text == null ? values.get(older) : text;
    }
    return text;
  }

  /** Sets an option; durations are kept as ISO-8601, everything else as its text. */
  public <T> Configuration set(ConfigOption<T> option, T value) {
    String text = textOf(value);
    option.parse(text);
    values.put(option.key(), text);
    return this;
  }

  /** Sets an option to one of its values by name, in whatever case, {@code -} for {@code _}. */
  public <E extends Enum<E>> Configuration set(ConfigOption<E> option, String name) {
    return set(option, option.parse(name));
  }

  private static String textOf(Object value) {
    if (value instanceof List<?> list) {
      return String.join(";", list.stream().map(String::valueOf).toList());
    }
    return value instanceof Map<?, ?> map ? MapText.of(map) : String.valueOf(value);
  }

  /** Sets a key to a text without a check. */
  public Configuration setString(String key, String value) {
    values.put(key, value);
    return this;
  }

  /** The text of a key, or the given one. */
  public String getString(String key, String otherwise) {
    return values.getOrDefault(key, otherwise);
  }

  /** Takes over all values of another configuration, which win. */
  public Configuration addAll(Configuration other) {
    values.putAll(other.values);
    return this;
  }

  /** All keys and texts, sorted by key, read-only. */
  public Map<String, String> toMap() {
    return Collections.unmodifiableMap(values);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Configuration that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return "Configuration" + values.keySet();
  }
}
