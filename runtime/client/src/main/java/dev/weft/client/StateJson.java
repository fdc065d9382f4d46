package dev.weft.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.api.windowing.windows.GlobalWindow;
import dev.weft.api.windowing.windows.Window;
import dev.weft.engine.batch.stored.StoredType;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** Values of state as JSON. */
final class StateJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static final String WINDOW = Window.class.getName();

  private StateJson() {}

  static JsonNode of(Object value) {
    if (value == null) {
      return NODES.nullNode();
    }
    if (value instanceof Boolean truth) {
      return NODES.booleanNode(truth);
    }
    if (value instanceof Double || value instanceof Float) {
      double number = ((Number) value).doubleValue();
      return Double.isFinite(number)
          ? NODES.numberNode(number)
          : NODES.textNode(String.valueOf(number));
    }
    if (value instanceof BigDecimal decimal) {
      return NODES.numberNode(decimal);
    }
    if (value instanceof BigInteger integer) {
      return NODES.numberNode(integer);
    }
    if (value instanceof Number number) {
      return NODES.numberNode(number.longValue());
    }
    if (value instanceof byte[] bytes) {
      return NODES.binaryNode(bytes);
    }
    return value.getClass().isArray() || value instanceof List<?> || value instanceof Map
        ? container(value)
        : NODES.textNode(String.valueOf(value));
  }

  /**
   * A value of a type. Windows that are two times are shown as such, whatever their class: the
   * snapshot does not name it.
   */
  static JsonNode of(StoredType type, Object value) {
    if (type instanceof StoredType.Custom custom && custom.className().equals(WINDOW)) {
      return window((byte[]) value);
    }
    if (!(type instanceof StoredType.Mapping mapping)
        || !(mapping.key() instanceof StoredType.Custom
            || mapping.value() instanceof StoredType.Custom)) {
      return of(value);
    }
    ArrayNode entries = NODES.arrayNode();
    ((Map<?, ?>) value)
        .forEach(
            (key, each) -> {
              ObjectNode entry = entries.addObject();
              entry.set("key", of(mapping.key(), key));
              entry.set("value", of(mapping.value(), each));
            });
    return entries;
  }

  private static JsonNode window(byte[] bytes) {
    if (bytes.length == 0) {
      return NODES.textNode(GlobalWindow.get().toString());
    }
    if (bytes.length == 2 * Long.BYTES) {
      ByteBuffer times = ByteBuffer.wrap(bytes);
      return NODES.objectNode().put("start", times.getLong()).put("end", times.getLong());
    }
    return NODES.binaryNode(bytes);
  }

  private static JsonNode container(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map(map);
    }
    ArrayNode array = NODES.arrayNode();
    if (value instanceof List<?> list) {
      list.forEach(each -> array.add(of(each)));
    } else {
      for (int i = 0; i < Array.getLength(value); i++) {
        array.add(of(Array.get(value, i)));
      }
    }
    return array;
  }

  private static JsonNode map(Map<?, ?> map) {
    if (map.keySet().stream().allMatch(key -> key instanceof String)) {
      ObjectNode object = NODES.objectNode();
      map.forEach((key, value) -> object.set((String) key, of(value)));
      return object;
    }
    ArrayNode entries = NODES.arrayNode();
    map.forEach(
        (key, value) -> {
          ObjectNode entry = entries.addObject();
          entry.set("key", of(key));
          entry.set("value", of(value));
        });
    return entries;
  }
}
