package dev.weft.api.state;

import dev.weft.api.types.TypeInformation;
import java.io.Serializable;

/** Names a state within its operator and gives its type. */
public abstract sealed class StateDescriptor implements Serializable
    permits ValueStateDescriptor, ListStateDescriptor, MapStateDescriptor {
  private final String name;

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

  /** The type of the whole state: the value, the list, the map. */
  public abstract TypeInformation<?> getType();
}
