package dev.weft.api.graph;

import dev.weft.api.functions.KeySelector;
import dev.weft.api.types.TypeInformation;
import java.util.List;

/**
 * Records of one key that were folded before they are sent. The key travels with them: a fold need
 * not have the key of the records that it is made of.
 *
 * @param key of the records
 * @param fold of the records
 */
public record Folded(Object key, Object fold) {
  /** The type of folds of a type by keys of a type. */
  public static TypeInformation<Folded> typeOf(
      TypeInformation<?> keyType, TypeInformation<?> foldType) {
    return new TypeInformation.RecordType<>(
        Folded.class,
        List.of(
            new TypeInformation.Field("key", keyType, false),
            new TypeInformation.Field("fold", foldType, false)));
  }

  /** Takes the key. */
  public static final class Key implements KeySelector<Folded, Object> {
    @Override
    public Object getKey(Folded folded) {
      return folded.key();
    }
  }
}
