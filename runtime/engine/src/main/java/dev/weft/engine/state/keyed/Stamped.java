package dev.weft.engine.state.keyed;

import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.TypeInformation.Field;
import java.util.List;

/**
 * A value with the moment at which its life began, the form in which a state that expires is kept.
 *
 * @param millis wall-clock time
 * @param value of the type that the user declared
 */
public record Stamped(long millis, Object value) {
  /** The type of stamped values of a type. */
  static TypeInformation<Stamped> of(TypeInformation<?> type) {
    return new TypeInformation.RecordType<>(
        Stamped.class,
        List.of(
            new Field("millis", TypeInformation.of(Long.class), true),
            new Field("value", type, false)));
  }
}
