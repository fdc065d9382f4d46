package dev.weft.engine.protocol;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Makes records with random contents and compares them in depth. */
public final class RandomRecords {
  private final Random random;

  public RandomRecords(long seed) {
    this.random = new Random(seed);
  }

  /** All records below a sealed type. */
  public static List<Class<?>> leaves(Class<?> sealed) {
    List<Class<?>> leaves = new ArrayList<>();
    for (Class<?> permitted : sealed.getPermittedSubclasses()) {
      leaves.addAll(permitted.isSealed() ? leaves(permitted) : List.of(permitted));
    }
    return leaves;
  }

  public Object make(Type type) throws ReflectiveOperationException {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      return generic.getRawType() == List.class ? list(arguments[0]) : map(arguments[1]);
    }
    Class<?> c = (Class<?>) type;
    if (c == int.class || c == Integer.class) {
      return random.nextInt();
    } else if (c == long.class || c == Long.class) {
      return random.nextLong() >> random.nextInt(64);
    } else if (c == double.class || c == Double.class) {
      return random.nextDouble();
    } else if (c == boolean.class || c == Boolean.class) {
      return random.nextBoolean();
    } else if (c == String.class) {
      return text();
    } else if (c == byte[].class) {
      byte[] bytes = new byte[random.nextInt(20)];
      random.nextBytes(bytes);
      return bytes;
    } else if (c == long[].class) {
      return random.longs(random.nextInt(30)).toArray();
    } else if (c.isEnum()) {
      return c.getEnumConstants()[random.nextInt(c.getEnumConstants().length)];
    }
    return record(c);
  }

  private Object record(Class<?> c) throws ReflectiveOperationException {
    RecordComponent[] components = c.getRecordComponents();
    Object[] parts = new Object[components.length];
    for (int i = 0; i < parts.length; i++) {
      boolean isNull = components[i].isAnnotationPresent(Nullable.class) && random.nextBoolean();
      parts[i] = isNull ? null : make(components[i].getGenericType());
    }
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    var constructor = c.getDeclaredConstructor(types);
    constructor.setAccessible(true);
    return constructor.newInstance(parts);
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      text.appendCodePoint("aZ0-_ é€😀\n".codePoints().toArray()[random.nextInt(10)]);
    }
    return text.toString();
  }

  private List<Object> list(Type element) throws ReflectiveOperationException {
    List<Object> list = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      list.add(make(element));
    }
    return list;
  }

  private Map<String, Object> map(Type element) throws ReflectiveOperationException {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      map.put(text() + i, make(element));
    }
    return map;
  }

  /** A text that is the same for records with the same contents, arrays included. */
  public static String describe(Object value) throws ReflectiveOperationException {
    if (value instanceof byte[] bytes) {
      return Arrays.toString(bytes);
    } else if (value instanceof long[] longs) {
      return Arrays.toString(longs);
    } else if (value instanceof List<?> list) {
      StringBuilder text = new StringBuilder("[");
      for (Object item : list) {
        text.append(describe(item)).append(';');
      }
      return text.append(']').toString();
    } else if (value instanceof Map<?, ?> map) {
      StringBuilder text = new StringBuilder("{");
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        text.append(entry.getKey()).append('=').append(describe(entry.getValue())).append(';');
      }
      return text.append('}').toString();
    } else if (value instanceof Record) {
      StringBuilder text = new StringBuilder(value.getClass().getSimpleName()).append('(');
      for (RecordComponent component : value.getClass().getRecordComponents()) {
        component.getAccessor().setAccessible(true);
        text.append(describe(component.getAccessor().invoke(value))).append(',');
      }
      return text.append(')').toString();
    }
    return String.valueOf(value);
  }
}
