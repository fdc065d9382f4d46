package dev.weft.engine.state.unkeyed;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.state.BroadcastState;
import dev.weft.api.state.ListState;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.OperatorStateStore;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ByteSource;
import dev.weft.engine.protocol.OperatorSlice;
import dev.weft.engine.protocol.OperatorSlice.Distribution;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The unkeyed states of one operator of one subtask. Restored before they are declared; used by one
 * thread.
 *
 * <p>The bytes of a state: a magic number, the version, the distribution, the type of the elements,
 * their number, and each with its length. The elements of a map are its entries.
 */
public final class UnkeyedStates implements OperatorStateStore {
  private static final int MAGIC = 0x5745_4655;
  private static final int VERSION = 1;

  private final String operator;
  private final Map<String, NamedState> states = new TreeMap<>();

  /**
   * No states yet.
   *
   * @param operator name and place, for messages
   */
  public UnkeyedStates(String operator) {
    this.operator = operator;
  }

  /**
   * Takes in the elements that a slice says.
   *
   * @param bytes all bytes of the slice's handle
   */
  public void restore(OperatorSlice slice, ByteBuffer bytes) {
    ByteSource source = new ByteSource(bytes);
    try {
      read(slice, source);
    } catch (WeftException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new WeftException(
          ErrorCode.ENGINE,
          "State '" + slice.name() + "' of " + operator + " is damaged: " + e.getMessage(),
          e);
    }
  }

  private void read(OperatorSlice slice, ByteSource source) {
    if (source.readInt() != MAGIC) {
      throw source.damaged("this is no state '" + slice.name() + "' of " + operator);
    }
    int version = source.readByte();
    if (version != VERSION) {
      throw new WeftException(
          ErrorCode.USER,
          "State '"
              + slice.name()
              + "' of "
              + operator
              + " is of format "
              + version
              + ", which this release cannot read; use the release that wrote it or a later one");
    }
    int distribution = source.readByte();
    if (distribution != slice.distribution().ordinal()) {
      throw source.damaged("the distribution of state '" + slice.name() + "' differs");
    }
    String type = source.readString();
    NamedState state = states.get(slice.name());
    if (state == null) {
      state = new HeldState(slice.name(), slice.distribution(), type);
      states.put(slice.name(), state);
    } else if (state.distribution != slice.distribution() || !state.type.equals(type)) {
      throw mismatch(state.name, state.describe(), slice.distribution() + " of " + type);
    }
    int count = source.readVarInt();
    if (slice.first() + slice.count() > count) {
      throw source.damaged("state '" + slice.name() + "' has " + count + " elements");
    }
    for (int i = 0; i < slice.first() + slice.count(); i++) {
      byte[] element = source.readByteArray(source.readVarInt());
      if (i >= slice.first()) {
        state.restore(new ByteSource(element, 0, element.length));
      }
    }
  }

  @Override
  public <S> ListState<S> getListState(ListStateDescriptor<S> stateDescriptor) {
    return declare(new UnkeyedList<>(stateDescriptor, Distribution.SPLIT));
  }

  @Override
  public <S> ListState<S> getUnionListState(ListStateDescriptor<S> stateDescriptor) {
    return declare(new UnkeyedList<>(stateDescriptor, Distribution.UNION));
  }

  @Override
  public <K, V> BroadcastState<K, V> getBroadcastState(MapStateDescriptor<K, V> stateDescriptor) {
    return declare(new UnkeyedMap<>(stateDescriptor));
  }

  @SuppressWarnings("unchecked")
  private <N extends NamedState> N declare(N declared) {
    NamedState known = states.get(declared.name);
    if (known == null) {
      states.put(declared.name, declared);
      return declared;
    }
    boolean fits = known.distribution == declared.distribution && known.type.equals(declared.type);
    if (!fits) {
      throw known instanceof HeldState
          ? mismatch(declared.name, declared.describe(), known.describe())
          : new WeftException(
              ErrorCode.USER,
              "State '"
                  + declared.name
                  + "' of "
                  + operator
                  + " is declared as "
                  + known.describe()
                  + " and as "
                  + declared.describe()
                  + "; give each state a name of its own");
    }
    if (known instanceof HeldState held) {
      held.moveTo(declared);
      states.put(declared.name, declared);
      return declared;
    }
    return (N) known;
  }

  private WeftException mismatch(String name, String declared, String restored) {
    return new WeftException(
        ErrorCode.USER,
        "State '"
            + name
            + "' of "
            + operator
            + " is declared as "
            + declared
            + " but the checkpoint holds it as "
            + restored
            + "; declare it as it was, or give the new state another name");
  }

  @Override
  public Set<String> getRegisteredStateNames() {
    return names(false);
  }

  @Override
  public Set<String> getRegisteredBroadcastStateNames() {
    return names(true);
  }

  private Set<String> names(boolean broadcast) {
    Set<String> names = new TreeSet<>();
    for (NamedState state : states.values()) {
      if (broadcast == (state.distribution == Distribution.BROADCAST)) {
        names.add(state.name);
      }
    }
    return names;
  }

  /** All states that have elements, as they are now. */
  public List<FrozenElements> freeze() {
    List<FrozenElements> frozen = new ArrayList<>();
    for (NamedState state : states.values()) {
      if (state.size() > 0) {
        frozen.add(new FrozenElements(state.name, state.distribution, state.size(), encode(state)));
      }
    }
    return frozen;
  }

  private byte[] encode(NamedState state) {
    ByteSink target = new ByteSink(256);
    target.writeInt(MAGIC);
    target.writeByte(VERSION);
    target.writeByte(state.distribution.ordinal());
    target.writeString(state.type);
    target.writeVarInt(state.size());
    try {
      state.write(new NamedState.Elements(target));
    } catch (ClassCastException e) {
      throw new WeftException(
          ErrorCode.USER,
          "An element of state '"
              + state.name
              + "' of "
              + operator
              + " does not fit its type "
              + state.type
              + ": "
              + e.getMessage(),
          e);
    }
    return target.toBytes();
  }
}
