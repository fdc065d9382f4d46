package dev.weft.connectors.hive.write;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.io.Serializable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;

/** Reads the components of records of one class by index. */
final class RecordAccess implements Serializable {
  private final Class<?> recordClass;
  private transient Method[] accessors;

  RecordAccess(Class<?> recordClass) {
    this.recordClass = recordClass;
  }

  Object value(Object record, int component) {
    try {
      if (accessors == null) {
        accessors = open();
      }
      return accessors[component].invoke(record);
    } catch (InvocationTargetException e) {
      throw new WeftException(
          ErrorCode.USER,
          "Reading a component of the record " + recordClass.getName() + " failed: " + e.getCause(),
          e.getCause());
    } catch (IllegalAccessException e) {
      throw new WeftException(
          ErrorCode.USER, "The record " + recordClass.getName() + " cannot be read: " + e, e);
    }
  }

  private Method[] open() {
    RecordComponent[] components = recordClass.getRecordComponents();
    Method[] opened = new Method[components.length];
    for (int i = 0; i < opened.length; i++) {
      opened[i] = components[i].getAccessor();
      opened[i].setAccessible(true);
    }
    return opened;
  }
}
