package dev.weft.engine.worker;

import dev.weft.engine.protocol.Address;
import java.util.Optional;

/** Knows where the leader is. */
public interface LeaderLocator {
  /** The leader's address as far as known; asked on the control thread, must not block. */
  Optional<Address> leader();
}
