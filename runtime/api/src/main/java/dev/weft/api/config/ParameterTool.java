package dev.weft.api.config;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.function.Function;

/**
 * A program's parameters by name, from its arguments, from files of properties or from the system.
 * Not changed once made; may be handed to all functions by {@link
 * ExecutionConfig#setGlobalJobParameters}.
 */
public final class ParameterTool extends ExecutionConfig.GlobalJobParameters {
  /** The value of an argument that stands alone, such as {@code --verbose}. */
  public static final String NO_VALUE_KEY = "__NO_VALUE_KEY";

  private ParameterTool(Map<String, String> values) {
    super(values);
  }

  /**
   * Reads {@code --name value} and {@code -name value}; a name that another name or the end follows
   * has the value {@link #NO_VALUE_KEY}. A negative number is a value.
   *
   * @throws WeftException with code USER when something stands where a name is expected
   */
  public static ParameterTool fromArgs(String[] args) {
    Map<String, String> values = new LinkedHashMap<>();
    int next = 0;
    while (next < args.length) {
      String name = nameOf(args, next);
      next++;
      if (next < args.length && !isName(args[next])) {
        values.put(name, args[next]);
        next++;
      } else {
        values.put(name, NO_VALUE_KEY);
      }
    }
    return fromMap(values);
  }

  private static String nameOf(String[] args, int position) {
    String arg = args[position];
    String name = arg.startsWith("--") ? arg.substring(2) : arg.substring(arg.isEmpty() ? 0 : 1);
    if (!isName(arg) || name.isEmpty()) {
      throw new WeftException(
          ErrorCode.USER,
          "Argument "
              + (position + 1)
              + " is '"
              + arg
              + "' where a name is expected; write --name value");
    }
    return name;
  }

  private static boolean isName(String arg) {
    return arg.startsWith("-") && !isNumber(arg);
  }

  private static boolean isNumber(String text) {
    try {
      Double.parseDouble(text);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** The given texts by name. */
  public static ParameterTool fromMap(Map<String, String> map) {
    return new ParameterTool(new LinkedHashMap<>(map));
  }

  /** The properties of this JVM. */
  public static ParameterTool fromSystemProperties() {
    return fromProperties(System.getProperties());
  }

  /** Reads a file of {@code name=value} lines of the local disk. */
  public static ParameterTool fromPropertiesFile(String path) throws IOException {
    return fromPropertiesFile(new File(path));
  }

  /** Reads a file of {@code name=value} lines. */
  public static ParameterTool fromPropertiesFile(File file) throws IOException {
    try (InputStream in = new FileInputStream(file)) {
      return fromPropertiesFile(in);
    }
  }

  /** Reads {@code name=value} lines and leaves the stream open. */
  public static ParameterTool fromPropertiesFile(InputStream in) throws IOException {
    Properties properties = new Properties();
    properties.load(in);
    return fromProperties(properties);
  }

  private static ParameterTool fromProperties(Properties properties) {
    Map<String, String> values = new LinkedHashMap<>();
    properties.stringPropertyNames().forEach(n -> values.put(n, properties.getProperty(n)));
    return fromMap(values);
  }

  /** These parameters and those of another, which win. */
  public ParameterTool mergeWith(ParameterTool other) {
    Map<String, String> values = new LinkedHashMap<>(toMap());
    values.putAll(other.toMap());
    return fromMap(values);
  }

  /** How many parameters there are. */
  public int getNumberOfParameters() {
    return toMap().size();
  }

  /** Whether there is a parameter of that name, with or without a value. */
  public boolean has(String key) {
    return toMap().containsKey(key);
  }

  /** The text of a parameter, or null. */
  public String get(String key) {
    return toMap().get(key);
  }

  /** The text of a parameter, or another. */
  public String get(String key, String defaultValue) {
    return toMap().getOrDefault(key, defaultValue);
  }

  /**
   * The text of a parameter.
   *
   * @throws WeftException with code USER when there is none
   */
  public String getRequired(String key) {
    String value = get(key);
    if (value == null) {
      throw new WeftException(
          ErrorCode.USER, "There is no parameter '" + key + "'; give it with --" + key + " VALUE");
    }
    return value;
  }

  /** A whole number. */
  public int getInt(String key) {
    return number(key, getRequired(key), Integer::parseInt);
  }

  /** A whole number, or the given one when there is no such parameter. */
  public int getInt(String key, int defaultValue) {
    return has(key) ? getInt(key) : defaultValue;
  }

  /** A whole number. */
  public long getLong(String key) {
    return number(key, getRequired(key), Long::parseLong);
  }

  /** A whole number, or the given one when there is no such parameter. */
  public long getLong(String key, long defaultValue) {
    return has(key) ? getLong(key) : defaultValue;
  }

  /** A number. */
  public float getFloat(String key) {
    return number(key, getRequired(key), Float::parseFloat);
  }

  /** A number, or the given one when there is no such parameter. */
  public float getFloat(String key, float defaultValue) {
    return has(key) ? getFloat(key) : defaultValue;
  }

  /** A number. */
  public double getDouble(String key) {
    return number(key, getRequired(key), Double::parseDouble);
  }

  /** A number, or the given one when there is no such parameter. */
  public double getDouble(String key, double defaultValue) {
    return has(key) ? getDouble(key) : defaultValue;
  }

  /** A whole number. */
  public short getShort(String key) {
    return number(key, getRequired(key), Short::parseShort);
  }

  /** A whole number, or the given one when there is no such parameter. */
  public short getShort(String key, short defaultValue) {
    return has(key) ? getShort(key) : defaultValue;
  }

  /** A whole number. */
  public byte getByte(String key) {
    return number(key, getRequired(key), Byte::parseByte);
  }

  /** A whole number, or the given one when there is no such parameter. */
  public byte getByte(String key, byte defaultValue) {
    return has(key) ? getByte(key) : defaultValue;
  }

  /** Whether the text is {@code true}, in whatever case. */
  public boolean getBoolean(String key) {
    return Boolean.parseBoolean(getRequired(key));
  }

  /** Whether the text is {@code true}, or the given value when there is no such parameter. */
  public boolean getBoolean(String key, boolean defaultValue) {
    return has(key) ? getBoolean(key) : defaultValue;
  }

  private static <N> N number(String key, String text, Function<String, N> parser) {
    try {
      return parser.apply(text);
    } catch (NumberFormatException e) {
      throw new WeftException(
          ErrorCode.USER,
          "Parameter '" + key + "' is '" + text + "', which is not such a number",
          e);
    }
  }

  /** The parameters as options. */
  public Configuration getConfiguration() {
    return Configuration.of(toMap());
  }

  /** The parameters as properties. */
  public Properties getProperties() {
    Properties properties = new Properties();
    properties.putAll(toMap());
    return properties;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ParameterTool that && toMap().equals(that.toMap());
  }

  @Override
  public int hashCode() {
    return Objects.hash(toMap());
  }
}
