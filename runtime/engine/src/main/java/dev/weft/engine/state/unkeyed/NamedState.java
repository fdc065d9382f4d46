package dev.weft.engine.state.unkeyed;

import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ByteSource;
import dev.weft.engine.protocol.OperatorSlice.Distribution;

/** One state of an operator: its elements, and how they become bytes. */
abstract sealed class NamedState permits HeldState, UnkeyedList, UnkeyedMap {
  final String name;
  final Distribution distribution;
  final String type;

  NamedState(String name, Distribution distribution, String type) {
    this.name = name;
    this.distribution = distribution;
    this.type = type;
  }

  /** What it is, for messages. */
  final String describe() {
    return switch (distribution) {
      case SPLIT -> "list state of " + type;
      case UNION -> "union list state of " + type;
      case BROADCAST -> "broadcast state of " + type;
    };
  }

  /** How many elements there are. */
  abstract int size();

  /** Writes the elements, each with {@link #writeElement}. */
  abstract void write(Elements target);

  /** Takes in an element. */
  abstract void restore(ByteSource element);

  /** Appends elements to a sink, each behind its length. */
  static final class Elements {
    private final ByteSink target;
    private final ByteSink scratch = new ByteSink(64);

    Elements(ByteSink target) {
      this.target = target;
    }

    /** Where the next element is put together. */
    ByteSink begin() {
      scratch.reset();
      return scratch;
    }

    /** The element is complete. */
    void end() {
      target.writeVarInt(scratch.position());
      target.write(scratch.array(), 0, scratch.position());
    }
  }
}
