package dev.weft.engine.protocol;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/**
 * Encodes values of a record class, or of a sealed interface of records, in Avro's binary form. The
 * schema follows from the class: a record becomes an Avro record with its components in order, a
 * sealed interface a union, {@code int long double boolean String byte[] long[] List Map<String,…>}
 * and enums what they are called in Avro; components marked {@link Nullable} may be null. Names of
 * records are their simple names, so a class may move. Thread-safe.
 *
 * @param <T> the record class or sealed interface
 */
public final class RecordCodec<T> {
  private static final int MAGIC = 0x57454654;
  private static final int HEADER_BYTES = 4 + 8 + 4;
  private static final int SCHEMA_BYTES_MAX = 1 << 20;

  private final Class<T> type;
  private final ValueShape shape;
  private final long fingerprint;
  private final byte[] schemaJson;

  private RecordCodec(Class<T> type) {
    this.type = type;
    this.shape = new ShapeDerivation().ofClass(type);
    this.fingerprint = SchemaNormalization.parsingFingerprint64(shape.schema());
    this.schemaJson = shape.schema().toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Derives the codec of a class; do it once. */
  public static <T> RecordCodec<T> of(Class<T> type) {
    return new RecordCodec<>(type);
  }

  /** Encodes a value with its schema ahead, so that any later version can read it. For storage. */
  public byte[] toBytes(T value) {
    byte[] body = encode(value);
    byte[] header = header();
    byte[] bytes = Arrays.copyOf(header, header.length + body.length);
    System.arraycopy(body, 0, bytes, header.length, body.length);
    return bytes;
  }

  /**
   * Decodes what {@link #toBytes} of this or another version made.
   *
   * @throws IOException when the bytes are damaged or of a version that cannot be understood
   */
  public T fromBytes(byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return readHeader(buffer).decode(buffer);
  }

  /** Encodes a value alone. For connections whose ends exchange headers first. */
  byte[] encode(T value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
    try {
      shape.write(value, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  /** What tells another version how this one encodes: magic, fingerprint, length, schema. */
  byte[] header() {
    return ByteBuffer.allocate(HEADER_BYTES + schemaJson.length)
        .putInt(MAGIC)
        .putLong(fingerprint)
        .putInt(schemaJson.length)
        .put(schemaJson)
        .array();
  }

  /** Takes a header off a buffer and returns what decodes the values of its writer. */
  Decoder<T> readHeader(ByteBuffer buffer) throws IOException {
    if (buffer.remaining() < HEADER_BYTES || buffer.getInt() != MAGIC) {
      throw new IOException(
          "The bytes do not begin as an encoded " + type.getSimpleName() + " does");
    }
    long writer = buffer.getLong();
    int length = buffer.getInt();
    if (length < 0 || length > SCHEMA_BYTES_MAX || length > buffer.remaining()) {
      throw new IOException(
          "The schema of an encoded " + type.getSimpleName() + " has the length " + length);
    }
    byte[] json = new byte[length];
    buffer.get(json);
    if (writer == fingerprint) {
      return this::decode;
    }
    Schema schema;
    try {
      schema = new Schema.Parser().parse(new String(json, StandardCharsets.UTF_8));
    } catch (AvroRuntimeException e) {
      throw new IOException("The schema of an encoded " + type.getSimpleName() + " is damaged", e);
    }
    return body -> adapted(schema, body);
  }

  private T decode(ByteBuffer body) throws IOException {
    try {
      BinaryDecoder decoder = decoderOf(body);
      T value = type.cast(shape.read(decoder));
      if (!decoder.isEnd()) {
        throw new IOException("Bytes are left over after a " + value.getClass().getSimpleName());
      }
      return value;
    } catch (AvroRuntimeException | UnsupportedOperationException e) {
      throw new IOException("An encoded " + type.getSimpleName() + " is damaged", e);
    }
  }

  /** Decodes the bytes of another version. */
  private T adapted(Schema writer, ByteBuffer body) throws IOException {
    try {
      return type.cast(shape.adapt(new GenericDatumReader<>(writer).read(null, decoderOf(body))));
    } catch (IOException | AvroRuntimeException e) {
      throw new IOException(
          "A "
              + type.getSimpleName()
              + " of another version can not be understood: "
              + e.getMessage(),
          e);
    }
  }

  private static BinaryDecoder decoderOf(ByteBuffer body) {
    if (body.hasArray()) {
      return DecoderFactory.get()
          .binaryDecoder(
              body.array(), body.arrayOffset() + body.position(), body.remaining(), null);
    }
    byte[] copy = new byte[body.remaining()];
    body.duplicate().get(copy);
    return DecoderFactory.get().binaryDecoder(copy, null);
  }

  /** Decodes the values of one writer. */
  @FunctionalInterface
  interface Decoder<T> {
    /** Decodes all remaining bytes. */
    T decode(ByteBuffer body) throws IOException;
  }
}
