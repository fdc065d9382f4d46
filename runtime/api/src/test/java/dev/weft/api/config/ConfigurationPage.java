package dev.weft.api.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Makes {@code docs/configuration.md} from the options that there are. */
final class ConfigurationPage {
  private static final List<Unit> UNITS =
      List.of(
          new Unit(86_400_000, "d"),
          new Unit(3_600_000, "h"),
          new Unit(60_000, "min"),
          new Unit(1_000, "s"),
          new Unit(1, "ms"));

  private record Unit(long millis, String name) {}

  private ConfigurationPage() {}

  /** The page. */
  static String text() {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # Configuration

        Options stand in `conf/config.yaml` as `key: value`, nested or with dots, and may be given to
        a command as `-Dkey=value`. An option that is not listed here is refused, with the nearest key
        as a suggestion, except those that begin with `%s` (handed to Hadoop without that beginning)
        or with `%s` (for the program's own use). Durations are written as `500 ms`, `10 s`, `3 min`,
        `2 h`, `1 d`; sizes as `512 mb`, `1 gb`; lists with `;` or `,` in between.

        This page is made from the options in the code; do not edit it.
        """
            .formatted(OptionCatalogue.HADOOP_PREFIX, OptionCatalogue.USER_PREFIX));
    String section = "";
    for (ConfigOption<?> option : OptionCatalogue.all()) {
      String key = option.key();
      String own = key.contains(".") ? key.substring(0, key.indexOf('.')) : key;
      if (!own.equals(section)) {
        section = own;
        page.append("\n## ").append(section).append("\n\n");
        page.append("| option | default | type | what it does |\n|---|---|---|---|\n");
      }
      page.append("| `").append(key).append("` | ").append(defaultOf(option));
      page.append(" | ").append(typeOf(option));
      page.append(" | ").append(option.description().replace("|", "\\|")).append(" |\n");
    }
    return page.toString();
  }

  private static String defaultOf(ConfigOption<?> option) {
    if (Integer.valueOf(Integer.MAX_VALUE).equals(option.defaultValue())) {
      return "no limit";
    }
    String text = textOf(option.defaultValue());
    return text.isEmpty() ? "none" : "`" + text + "`";
  }

  private static String typeOf(ConfigOption<?> option) {
    if (option.defaultValue() instanceof Enum<?> value) {
      return Arrays.stream(value.getDeclaringClass().getEnumConstants())
          .map(constant -> "`" + textOf(constant) + "`")
          .collect(Collectors.joining(", "));
    }
    return option.typeName();
  }

  /** A default as a user would write it; empty for none. */
  static String textOf(Object value) {
    if (value == null) {
      return "";
    }
    if (value instanceof Duration duration) {
      return textOf(duration);
    }
    if (value instanceof Enum<?> constant) {
      return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
    if (value instanceof List<?> list) {
      return list.stream().map(ConfigurationPage::textOf).collect(Collectors.joining(";"));
    }
    return value.toString();
  }

  private static String textOf(Duration duration) {
    long millis = duration.toMillis();
    for (Unit unit : UNITS) {
      if (millis != 0 && millis % unit.millis() == 0) {
        return millis / unit.millis() + " " + unit.name();
      }
    }
    return "0 ms";
  }
}
