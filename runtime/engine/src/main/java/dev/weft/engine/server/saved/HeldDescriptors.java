package dev.weft.engine.server.saved;

import dev.weft.api.graph.Operation;
import dev.weft.api.state.StateDescriptor;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;

/** Finds the descriptors of states that the functions of an operation hold in their fields. */
final class HeldDescriptors {
  private HeldDescriptors() {}

  /** Those of fields, also of static ones, and of lists in fields. */
  static List<StateDescriptor<?, ?>> of(Operation.Physical operation) {
    List<StateDescriptor<?, ?>> found = new ArrayList<>();
    for (RecordComponent component : operation.getClass().getRecordComponents()) {
      Object part = value(component.getAccessor(), operation);
      for (Class<?> type = part == null ? Object.class : part.getClass();
          type != Object.class;
          type = type.getSuperclass()) {
        for (Field field : type.getDeclaredFields()) {
          if (mayHold(field)) {
            add(value(field, part), found);
          }
        }
      }
    }
    return found;
  }

  private static boolean mayHold(Field field) {
    return StateDescriptor.class.isAssignableFrom(field.getType())
        || List.class.isAssignableFrom(field.getType());
  }

  private static void add(Object value, List<StateDescriptor<?, ?>> found) {
    if (value instanceof StateDescriptor<?, ?> descriptor) {
      found.add(descriptor);
    } else if (value instanceof List<?> several) {
      several.forEach(each -> add(each, found));
    }
  }

  private static Object value(Method accessor, Object owner) {
    try {
      accessor.setAccessible(true);
      return accessor.invoke(owner);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("a component of a record can be read", e);
    }
  }

  /** The value of a field, or null where its class does not let it be seen. */
  private static Object value(Field field, Object owner) {
    try {
      field.setAccessible(true);
      return field.get(Modifier.isStatic(field.getModifiers()) ? null : owner);
    } catch (IllegalAccessException | InaccessibleObjectException e) {
      return null;
    }
  }
}
