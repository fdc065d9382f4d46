package dev.weft.api.state;

import dev.weft.api.types.TypeInformation;
import java.util.Map;

/** Names a {@link MapState}. */
public final class MapStateDescriptor<K, V> extends StateDescriptor<MapState<K, V>, Map<K, V>> {
  private final TypeInformation.MapType<K, V> type;

  /** A state whose types are derived from classes. */
  public MapStateDescriptor(String name, Class<K> keyClass, Class<V> valueClass) {
    this(name, TypeInformation.of(keyClass), TypeInformation.of(valueClass));
  }

  /** A state with keys and values of the given types. */
  public MapStateDescriptor(String name, TypeInformation<K> keyType, TypeInformation<V> valueType) {
    super(name);
    this.type = new TypeInformation.MapType<>(keyType, valueType);
  }

  @Override
  public TypeInformation.MapType<K, V> getType() {
    return type;
  }
}
