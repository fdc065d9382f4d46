package dev.weft.engine.batch;

import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.TypeInformation.BasicType;
import dev.weft.api.types.TypeInformation.Kind;
import dev.weft.api.types.TypeInformation.PojoType;
import dev.weft.api.types.TypeInformation.RecordType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns batches of one type into bytes and back, column by column. Not thread-safe: one per channel
 * end.
 */
public interface BatchCodec {
  /** Appends a batch, with timestamps and key hashes where it has them. */
  void encode(ObjectBatch batch, ByteSink target);

  /**
   * Reads one batch, exactly as it was written.
   *
   * @throws dev.weft.api.error.WeftException with code ENGINE when the bytes are damaged
   */
  ObjectBatch decode(ByteBuffer source);

  /** The codec of a type. */
  static BatchCodec of(TypeInformation<?> type) {
    return new ColumnarBatchCodec(type);
  }

  /** Finds records with much text or many bytes in a field, quickly. Not thread-safe. */
  final class LongFields {
    private final List<FieldAccess> fields = new ArrayList<>();
    private Object[] column = new Object[0];
    private long total;

    /** Looks into the fields of records and POJOs; other types have none. */
    public LongFields(TypeInformation<?> type) {
      if (type instanceof RecordType<?> composite) {
        of(composite.typeClass(), composite.fields());
      } else if (type instanceof PojoType<?> composite) {
        of(composite.typeClass(), composite.fields());
      }
    }

    private void of(Class<?> owner, List<TypeInformation.Field> all) {
      for (TypeInformation.Field field : all) {
        if (field.type() instanceof BasicType<?> basic
            && (basic.kind() == Kind.STRING || basic.kind() == Kind.BYTES)) {
          fields.add(Members.of(owner).access(field.name()));
        }
      }
    }

    /** A row with more than so many characters or bytes in one field, or -1. */
    public int find(ObjectBatch batch, int longest) {
      int size = batch.size();
      int found = -1;
      total = 0;
      if (!fields.isEmpty() && column.length < size) {
        column = new Object[size];
      }
      for (FieldAccess field : fields) {
        field.objects(batch.values(), size, column);
        for (int row = 0; row < size; row++) {
          Object value = column[row];
          int length = value instanceof String text ? text.length() : 0;
          length = value instanceof byte[] bytes ? bytes.length : length;
          total += length;
          if (length > longest && found < 0) {
            found = row;
          }
        }
      }
      return found;
    }

    /** Characters and bytes in all fields of the batch looked at last. */
    public long total() {
      return total;
    }
  }
}
