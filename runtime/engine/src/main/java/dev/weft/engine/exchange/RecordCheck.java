package dev.weft.engine.exchange;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.TypeInformation.BasicType;
import dev.weft.api.types.TypeInformation.EnumType;
import dev.weft.api.types.TypeInformation.Kind;
import dev.weft.api.types.TypeInformation.PojoType;
import dev.weft.api.types.TypeInformation.RecordType;
import dev.weft.engine.batch.BatchCodec;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.batch.ValueCodec;
import dev.weft.engine.protocol.RecordText;
import java.nio.ByteBuffer;

/**
 * Looks at the records of an edge before they leave. The first one is written and read back, so
 * that a serializer that does not fit shows at once, even where records go by reference. Text and
 * bytes are measured one by one, also in the fields of records and POJOs; where lists, maps and the
 * like vary in size, the first record of each batch is. What goes over the network is measured
 * there as a whole. Used by one thread.
 */
public final class RecordCheck {
  /** A check that lets everything pass, for edges of a program under test. */
  public static final RecordCheck NONE = new RecordCheck(null, 0, "");

  /** A character is at most so many bytes. */
  private static final int BYTES_PER_CHARACTER = 3;

  private final TypeInformation<?> type;
  private final boolean looks;
  private final Kind kind;
  private final int bytesMax;
  private final String producer;
  private final ByteSink sink = new ByteSink(256);
  private final BatchCodec.LongFields fields;
  private ValueCodec codec;

  /**
   * A check.
   *
   * @param type of the records; null when it is not known, then nothing is looked at
   * @param bytesMax of a record as it is written
   * @param producer the operator that emits them, for messages
   */
  public RecordCheck(TypeInformation<?> type, int bytesMax, String producer) {
    this.type = type;
    this.looks = varies(type);
    this.fields = looks ? new BatchCodec.LongFields(type) : null;
    this.kind = type instanceof BasicType<?> basic ? basic.kind() : null;
    this.bytesMax = bytesMax;
    this.producer = producer;
  }

  /**
   * Looks at a batch.
   *
   * @return about how many bytes its records have as they are written; 0 when they are small by
   *     their type
   * @throws WeftException when a record can not be written or is too large
   */
  long check(ObjectBatch batch) {
    if (!looks || batch.size() == 0) {
      return 0;
    }
    if (codec == null) {
      int length = measure(batch.value(0));
      codec.read(ByteBuffer.wrap(sink.array(), 0, length));
    }
    if (kind == Kind.STRING) {
      return texts(batch);
    } else if (kind == Kind.BYTES) {
      return bytes(batch);
    }
    long sample = measure(batch.value(0));
    int row = fields.find(batch, bytesMax / BYTES_PER_CHARACTER - 1);
    if (row >= 0) {
      find(batch, Integer.MAX_VALUE);
    }
    return Math.max(sample * batch.size(), fields.total());
  }

  /** Whether records may be of any size. */
  boolean varies() {
    return looks;
  }

  /** Whether values of a type may be of any size, or are written by a serializer of the user's. */
  private static boolean varies(TypeInformation<?> type) {
    if (type instanceof BasicType<?> basic) {
      return basic.kind() == Kind.STRING || basic.kind() == Kind.BYTES;
    }
    if (type instanceof RecordType<?> composite) {
      return composite.fields().stream().anyMatch(field -> varies(field.type()));
    }
    if (type instanceof PojoType<?> composite) {
      return composite.fields().stream().anyMatch(field -> varies(field.type()));
    }
    return type != null && !(type instanceof EnumType<?>);
  }

  private long texts(ObjectBatch batch) {
    Object[] values = batch.values();
    int size = batch.size();
    int harmless = bytesMax / BYTES_PER_CHARACTER - 1;
    long total = 0;
    for (int row = 0; row < size; row++) {
      if (values[row] instanceof String text) {
        total += text.length();
        if (text.length() > harmless) {
          measure(text);
        }
      }
    }
    return total;
  }

  private long bytes(ObjectBatch batch) {
    long total = 0;
    for (int row = 0; row < batch.size(); row++) {
      if (batch.value(row) instanceof byte[] bytes) {
        total += bytes.length;
        if (bytes.length > bytesMax / 2) {
          measure(bytes);
        }
      }
    }
    return total;
  }

  private int measure(Object record) {
    if (codec == null) {
      codec = ValueCodec.of(type);
    }
    sink.reset();
    codec.write(record, sink);
    int bytes = sink.position();
    if (bytes > bytesMax) {
      throw tooLarge(record, bytes);
    }
    return bytes;
  }

  /** Finds the record of a batch that is too large, if there is one. */
  void find(ObjectBatch batch, int bytes) {
    if (looks && bytes > bytesMax) {
      for (int row = 0; row < batch.size(); row++) {
        measure(batch.value(row));
      }
    }
  }

  private WeftException tooLarge(Object record, int bytes) {
    return new WeftException(
        ErrorCode.DATA,
        "Operator "
            + producer
            + " emits a record of "
            + bytes
            + " bytes, more than the "
            + bytesMax
            + " that taskmanager.network.record-size.max allows; make it smaller, or raise the"
            + " option: record "
            + RecordText.of(record));
  }
}
