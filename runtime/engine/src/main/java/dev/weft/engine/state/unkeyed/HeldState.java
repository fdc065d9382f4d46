package dev.weft.engine.state.unkeyed;

import dev.weft.engine.batch.ByteSource;
import dev.weft.engine.protocol.OperatorSlice.Distribution;
import java.util.ArrayList;
import java.util.List;

/** A restored state that is not declared (yet): the bytes of its elements, to be passed on. */
final class HeldState extends NamedState {
  private final List<byte[]> elements = new ArrayList<>();

  HeldState(String name, Distribution distribution, String type) {
    super(name, distribution, type);
  }

  /** Hands the elements over to the state that was declared. */
  void moveTo(NamedState declared) {
    for (byte[] element : elements) {
      declared.restore(new ByteSource(element, 0, element.length));
    }
  }

  @Override
  int size() {
    return elements.size();
  }

  @Override
  void write(Elements target) {
    for (byte[] element : elements) {
      target.begin().write(element, 0, element.length);
      target.end();
    }
  }

  @Override
  void restore(ByteSource element) {
    elements.add(element.readByteArray(element.remaining()));
  }
}
