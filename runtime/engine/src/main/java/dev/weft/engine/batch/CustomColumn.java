package dev.weft.engine.batch;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.types.TypeInformation.CustomType;
import dev.weft.api.types.TypeSerializer;
import dev.weft.engine.protocol.RecordText;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** Values with a serializer of the user's: each its length and whatever the serializer writes. */
final class CustomColumn extends ColumnCodec {
  private final Class<?> type;
  private final TypeSerializer<Object> serializer;
  private final boolean comparable;
  private boolean checked;

  @SuppressWarnings("unchecked")
  CustomColumn(CustomType<?> custom) {
    this.type = custom.typeClass();
    this.comparable = comparable(type);
    this.serializer = (TypeSerializer<Object>) custom.serializer();
  }

  @Override
  void writeDense(Object[] values, int size, ByteSink target) {
    DataOutputStream output = new DataOutputStream(new SinkStream(target));
    for (int i = 0; i < size; i++) {
      int start = target.position();
      target.writeInt(0);
      try {
        serializer.serialize(values[i], output);
      } catch (IOException | RuntimeException e) {
        throw failed("failed to write a value", e);
      }
      int length = target.position() - start - Integer.BYTES;
      target.putInt(start, length);
      if (!checked) {
        checked = true;
        checkReadBack(values[i], target, start + Integer.BYTES, length);
      }
    }
  }

  /** Reads the first value back: what does not fit shows before records go anywhere. */
  private void checkReadBack(Object value, ByteSink written, int start, int length) {
    ByteArrayInputStream bytes = new ByteArrayInputStream(written.array(), start, length);
    Object back = read(bytes, length);
    if (bytes.available() > 0) {
      throw failed(
          "wrote " + length + " bytes but read back " + (length - bytes.available()), null);
    }
    if (back == null || comparable && !value.equals(back)) {
      throw failed("wrote " + RecordText.of(value) + " but read back " + RecordText.of(back), null);
    }
  }

  /** Whether equals says whether two values are the same: arrays in records are not looked into. */
  private static boolean comparable(Class<?> type) {
    try {
      return type.getMethod("equals", Object.class).getDeclaringClass() != Object.class
          && (!type.isRecord()
              || Arrays.stream(type.getRecordComponents()).noneMatch(c -> c.getType().isArray()));
    } catch (NoSuchMethodException e) {
      return false;
    }
  }

  @Override
  void readDense(ByteSource source, Object[] target, int size) {
    for (int i = 0; i < size; i++) {
      int length = source.readInt();
      int start = source.take(length);
      ByteArrayInputStream bytes = new ByteArrayInputStream(source.array(), start, length);
      target[i] = read(bytes, length);
      if (bytes.available() > 0) {
        throw failed(
            "wrote " + length + " bytes but read back " + (length - bytes.available()), null);
      }
      if (target[i] == null) {
        throw failed("read back null", null);
      }
    }
  }

  private Object read(ByteArrayInputStream bytes, int length) {
    try {
      return serializer.deserialize(new DataInputStream(bytes));
    } catch (EOFException e) {
      throw failed("wrote " + length + " bytes but wants to read back more", e);
    } catch (IOException | RuntimeException e) {
      throw failed("failed to read a value back", e);
    }
  }

  private WeftException failed(String what, Exception cause) {
    return new WeftException(
        ErrorCode.USER,
        "The serializer "
            + serializer.getClass().getName()
            + " of "
            + type.getName()
            + " "
            + what
            + "; it must read exactly what it wrote"
            + (cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage()),
        cause);
  }

  @Override
  public Object copy(Object value) {
    ByteSink sink = new ByteSink(64);
    writeValue(value, sink);
    return readValue(new ByteSource(sink.array(), 0, sink.position()));
  }

  @Override
  public boolean immutable() {
    return false;
  }

  /** Hands bytes to a sink. */
  private static final class SinkStream extends OutputStream {
    private final ByteSink sink;

    SinkStream(ByteSink sink) {
      this.sink = sink;
    }

    @Override
    public void write(int value) {
      sink.writeByte(value);
    }

    @Override
    public void write(byte[] source, int start, int length) {
      sink.write(source, start, length);
    }
  }
}
