package dev.weft.connectors.hive.read;

import dev.weft.api.types.TypeInformation.Kind;
import dev.weft.connectors.hive.table.HiveColumn;
import java.io.Serializable;

/**
 * A column, or a partition key, that becomes a field of the rows.
 *
 * @param index in the table's columns, or in its partition keys
 * @param partitionKey whether it is a partition key
 * @param column the column
 * @param target the Java class of the values
 * @param nullable whether the field can be null
 * @param field the field's name
 */
public record BoundColumn(
    int index, boolean partitionKey, HiveColumn column, Kind target, boolean nullable, String field)
    implements Serializable {}
