package dev.weft.api.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {
  private static final Path PAGE = Path.of("..", "..", "docs", "configuration.md");
  private static final String UPDATE = "weft.docs.update";

  @Test
  void thePageListsTheOptionsAsTheyAre() throws IOException {
    if (Boolean.getBoolean(UPDATE)) {
      Files.writeString(PAGE, ConfigurationPage.text());
    }
    assertEquals(
        ConfigurationPage.text(),
        Files.exists(PAGE) ? Files.readString(PAGE) : "",
        "docs/configuration.md is stale; make it anew by: mvn -pl runtime/api test"
            + " -Dtest=ConfigurationPageTest -D"
            + UPDATE
            + "=true");
  }

  @Test
  void everyOptionIsDescribedAndItsDefaultCanBeWrittenAsShown() {
    for (ConfigOption<?> option : OptionCatalogue.all()) {
      assertFalse(option.description().isBlank(), option.key());
      if (option.defaultValue() != null) {
        String text = ConfigurationPage.textOf(option.defaultValue());
        assertEquals(option.defaultValue(), option.parse(text), option.key());
      }
    }
  }
}
