package dev.weft.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The recipe names every class of Flink that Weft has under the same name. Run with {@code
 * -Dweft.docs.update=true} after the API has changed.
 */
class RecipeTest {
  static final Path RECIPE = Path.of("../../dist/src/migration/rewrite.yml");
  static final String NAME = "dev.weft.migration.FlinkToWeft";

  @Test
  void theRecipeChangesEveryTypeThatHasACounterpart() throws IOException {
    StringBuilder text =
        new StringBuilder(
            """
            # Changes the imports of programs written against Flink 1.20 or 2 to those of Weft.
            # docs/migrating-from-flink.md says how to run it and what is left to do by hand.
            ---
            type: specs.openrewrite.org/v1beta/recipe
            name: %s
            displayName: Programs on streams from Flink to Weft
            description: Changes the types of Flink's DataStream API to those of Weft.
            recipeList:
            """
                .formatted(NAME));
    for (Map.Entry<String, String> type : Apis.counterparts().entrySet()) {
      if (!Apis.isNested(type.getKey())) {
        text.append("  - org.openrewrite.java.ChangeType:\n");
        text.append("      oldFullyQualifiedTypeName: ").append(type.getKey()).append('\n');
        text.append("      newFullyQualifiedTypeName: ").append(type.getValue()).append('\n');
      }
    }
    if (Apis.updating()) {
      Files.writeString(RECIPE, text);
    }
    assertEquals(text.toString(), Files.readString(RECIPE));
  }
}
