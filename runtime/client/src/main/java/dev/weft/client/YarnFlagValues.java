package dev.weft.client;

import dev.weft.api.config.ConfigOption;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.MemorySize;
import java.util.List;

/** Sets options from YARN flags; a flag that was not given changes nothing. */
record YarnFlagValues(Configuration configuration) {
  void text(ConfigOption<String> option, String value) {
    if (value != null) {
      configuration.set(option, value);
    }
  }

  void list(ConfigOption<List<String>> option, List<String> values) {
    if (!values.isEmpty()) {
      configuration.set(option, values);
    }
  }

  void number(ConfigOption<Integer> option, String flag, Integer value) {
    if (value != null) {
      if (value < 1) {
        throw new CommandException(
            CommandException.USAGE, flag + " is a number from 1, not " + value);
      }
      configuration.set(option, value);
    }
  }

  /** A size whose bare numbers are megabytes, as YARN users write them. */
  void memory(ConfigOption<MemorySize> option, String flag, String value) {
    if (value == null) {
      return;
    }
    boolean bare = value.chars().allMatch(Character::isDigit) && !value.isEmpty();
    try {
      configuration.set(option, MemorySize.parse(bare ? value + "m" : value));
    } catch (IllegalArgumentException e) {
      throw new CommandException(
          CommandException.USAGE,
          flag + " is a size such as 1024 or 2g, not '" + value + "': " + e.getMessage(),
          e);
    }
  }
}
