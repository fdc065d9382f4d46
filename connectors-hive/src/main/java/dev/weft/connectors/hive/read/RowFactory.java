package dev.weft.connectors.hive.read;

import dev.weft.api.types.TypeInformation;
import java.io.Serializable;
import java.util.List;

/**
 * Makes rows of values.
 *
 * @param <T> the rows
 */
public interface RowFactory<T> extends Serializable {
  /** The type of the rows. */
  TypeInformation<T> type();

  /** Which columns it wants, in the order of the values. */
  List<BoundColumn> columns();

  /** Makes a row; the array belongs to the caller, who fills it anew for the next row. */
  T create(Object[] values);
}
