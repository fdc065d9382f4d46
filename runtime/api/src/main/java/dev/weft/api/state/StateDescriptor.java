package dev.weft.api.state;

import dev.weft.api.types.TypeInformation;
import java.io.Serializable;
import java.util.Objects;

/**
 * Names a state within its operator and gives its type.
 *
 * @param <S> the state
 * @param <T> what it holds
 */
public abstract sealed class StateDescriptor<S extends State, T> implements Serializable
    permits ValueStateDescriptor,
        ListStateDescriptor,
        MapStateDescriptor,
        ReducingStateDescriptor,
        AggregatingStateDescriptor {
  private final String name;
  private StateTtlConfig ttlConfig = StateTtlConfig.DISABLED;

  StateDescriptor(String name) {
    if (name == null || name.isEmpty()) {
      throw new IllegalArgumentException("a state needs a name that is not empty");
    }
    this.name = name;
  }

  /** The name, unique within the operator. */
  public String getName() {
    return name;
  }

  /** Lets the state end some time after it was last touched; to be called before it is used. */
  public void enableTimeToLive(StateTtlConfig config) {
    ttlConfig = Objects.requireNonNull(config);
  }

  /** How long the state lives. */
  public StateTtlConfig getTtlConfig() {
    return ttlConfig;
  }

  /** The type of the whole state: the value, the list, the map. */
  public abstract TypeInformation<?> getType();
}
