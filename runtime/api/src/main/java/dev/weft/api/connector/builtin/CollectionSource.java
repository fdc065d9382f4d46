package dev.weft.api.connector.builtin;

import dev.weft.api.connector.Boundedness;
import dev.weft.api.connector.SimpleVersionedSerializer;
import dev.weft.api.connector.Source;
import dev.weft.api.connector.SourceReader;
import dev.weft.api.connector.SourceReaderContext;
import dev.weft.api.connector.SplitEnumerator;
import dev.weft.api.connector.SplitEnumeratorContext;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.types.SchemaSerializer;
import dev.weft.api.types.TypeInformation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * The records of a collection, in order, as one split. They travel in the form of their type, so
 * their class need not be {@code java.io.Serializable}.
 *
 * @param <T> the records
 */
public final class CollectionSource<T> implements Source<T, RangeSplit, List<RangeSplit>> {
  private static final long serialVersionUID = 1;

  private final TypeInformation<T> type;
  private final int count;
  private final byte[] encoded;

  /** The given records of the given type. */
  public CollectionSource(Collection<T> elements, TypeInformation<T> type) {
    this.type = Objects.requireNonNull(type);
    this.count = elements.size();
    SchemaSerializer<T> serializer = new SchemaSerializer<>(type);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream target = new DataOutputStream(bytes);
    for (T element : elements) {
      try {
        serializer.serialize(Objects.requireNonNull(element, "an element is null"), target);
      } catch (IOException | ClassCastException e) {
        throw new WeftException(
            ErrorCode.USER,
            "An element of the collection is no " + type.typeClass().getName() + ": " + e,
            e);
      }
    }
    this.encoded = bytes.toByteArray();
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.BOUNDED;
  }

  @Override
  public TypeInformation<T> getProducedType() {
    return type;
  }

  @Override
  public SplitEnumerator<RangeSplit, List<RangeSplit>> createEnumerator(
      SplitEnumeratorContext<RangeSplit> context) {
    List<RangeSplit> all = count == 0 ? List.of() : List.of(new RangeSplit(0, 0, count, 1));
    return new RangeEnumerator(context, all);
  }

  @Override
  public SplitEnumerator<RangeSplit, List<RangeSplit>> restoreEnumerator(
      SplitEnumeratorContext<RangeSplit> context, List<RangeSplit> checkpoint) {
    return new RangeEnumerator(context, checkpoint);
  }

  @Override
  public SourceReader<T, RangeSplit> createReader(SourceReaderContext context) throws IOException {
    List<T> elements = decode();
    return new RangeReader<>(context, index -> elements.get(index.intValue()), 0);
  }

  private List<T> decode() throws IOException {
    SchemaSerializer<T> serializer = new SchemaSerializer<>(type);
    DataInputStream source = new DataInputStream(new ByteArrayInputStream(encoded));
    List<T> elements = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      elements.add(serializer.deserialize(source));
    }
    return elements;
  }

  @Override
  public SimpleVersionedSerializer<RangeSplit> getSplitSerializer() {
    return new RangeSplitSerializer.One();
  }

  @Override
  public SimpleVersionedSerializer<List<RangeSplit>> getEnumeratorCheckpointSerializer() {
    return new RangeSplitSerializer.Many();
  }

  @Override
  public boolean blocking() {
    return false;
  }
}
