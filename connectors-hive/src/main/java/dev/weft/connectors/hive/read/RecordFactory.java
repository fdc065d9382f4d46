package dev.weft.connectors.hive.read;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.types.TypeInformation;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;

/**
 * Makes Java records through their canonical constructor.
 *
 * @param <T> the record class
 */
public final class RecordFactory<T> implements RowFactory<T> {
  private final Class<T> recordClass;
  private final List<BoundColumn> columns;
  private transient Constructor<T> constructor;

  /** A factory for a record class whose components are bound in their order. */
  public RecordFactory(Class<T> recordClass, List<BoundColumn> columns) {
    this.recordClass = recordClass;
    this.columns = columns;
  }

  @Override
  public TypeInformation<T> type() {
    return TypeInformation.of(recordClass);
  }

  @Override
  public List<BoundColumn> columns() {
    return columns;
  }

  @Override
  public T create(Object[] values) {
    try {
      if (constructor == null) {
        constructor = canonicalConstructor();
      }
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      throw new WeftException(
          ErrorCode.USER,
          "The constructor of the record "
              + recordClass.getName()
              + " refused a row: "
              + e.getCause()
              + "; the values are "
              + Arrays.deepToString(values),
          e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new WeftException(
          ErrorCode.USER, "The record " + recordClass.getName() + " cannot be made: " + e, e);
    }
  }

  private Constructor<T> canonicalConstructor() throws NoSuchMethodException {
    Class<?>[] types =
        Arrays.stream(recordClass.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    Constructor<T> canonical = recordClass.getDeclaredConstructor(types);
    canonical.setAccessible(true);
    return canonical;
  }
}
