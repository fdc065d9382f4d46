package dev.weft.examples;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/** Program arguments of the form {@code --name value}. */
final class Arguments {
  private final Map<String, String> values = new LinkedHashMap<>();
  private final TreeSet<String> known = new TreeSet<>();

  /**
   * Reads arguments.
   *
   * @param names what may be given
   * @throws IllegalArgumentException that names the argument that is wrong
   */
  Arguments(String[] arguments, String... names) {
    known.addAll(java.util.List.of(names));
    for (int i = 0; i < arguments.length; i += 2) {
      String name = arguments[i].startsWith("--") ? arguments[i].substring(2) : "";
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "Unknown argument '" + arguments[i] + "'; known are --" + String.join(" --", known));
      }
      if (i + 1 == arguments.length) {
        throw new IllegalArgumentException("The argument --" + name + " needs a value");
      }
      values.put(name, arguments[i + 1]);
    }
  }

  /** The value of an argument that must be there. */
  String required(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("The argument --" + name + " is missing");
    }
    return value;
  }

  /** The value of an argument, or the given one. */
  String optional(String name, String otherwise) {
    return values.getOrDefault(name, otherwise);
  }

  /** The number of an argument, or the given one. */
  long number(String name, long otherwise) {
    String value = values.get(name);
    try {
      return value == null ? otherwise : Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("--" + name + " is no whole number: " + value, e);
    }
  }
}
