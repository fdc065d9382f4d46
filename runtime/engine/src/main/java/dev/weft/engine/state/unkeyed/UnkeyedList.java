package dev.weft.engine.state.unkeyed;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.state.ListState;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.engine.batch.ByteSource;
import dev.weft.engine.batch.ColumnCodec;
import dev.weft.engine.batch.TypeText;
import dev.weft.engine.protocol.OperatorSlice.Distribution;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A list of an operator. */
final class UnkeyedList<T> extends NamedState implements ListState<T> {
  private final ColumnCodec codec;
  private final List<T> elements = new ArrayList<>();

  UnkeyedList(ListStateDescriptor<T> descriptor, Distribution distribution) {
    super(descriptor.getName(), distribution, TypeText.of(descriptor.getType().element()));
    codec = ColumnCodec.of(descriptor.getType().element());
  }

  @Override
  public Iterable<T> get() {
    return Collections.unmodifiableList(elements);
  }

  @Override
  public void add(T value) {
    elements.add(present(value));
  }

  @Override
  public void addAll(List<T> values) {
    values.forEach(this::present);
    elements.addAll(values);
  }

  @Override
  public void update(List<T> values) {
    List<T> copy = values == null ? List.of() : new ArrayList<>(values);
    copy.forEach(this::present);
    elements.clear();
    elements.addAll(copy);
  }

  private T present(T value) {
    if (value == null) {
      throw new WeftException(
          ErrorCode.USER, "A null is added to state '" + name + "'; a list state holds no nulls");
    }
    return value;
  }

  @Override
  public void clear() {
    elements.clear();
  }

  @Override
  int size() {
    return elements.size();
  }

  @Override
  void write(Elements target) {
    for (T element : elements) {
      codec.writeValue(element, target.begin());
      target.end();
    }
  }

  @Override
  @SuppressWarnings("unchecked")
  void restore(ByteSource element) {
    elements.add((T) codec.readValue(element));
  }
}
