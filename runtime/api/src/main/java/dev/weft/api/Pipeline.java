package dev.weft.api;

import dev.weft.api.config.Configuration;
import dev.weft.api.graph.Transformation;
import java.util.List;

/**
 * A finished program.
 *
 * @param name the job's name for people
 * @param transformations all steps, in the order in which they were made
 * @param configuration the options, those of the program over those of the launcher
 */
public record Pipeline(
    String name, List<Transformation> transformations, Configuration configuration) {
  /** Copies the list. */
  public Pipeline {
    transformations = List.copyOf(transformations);
  }
}
