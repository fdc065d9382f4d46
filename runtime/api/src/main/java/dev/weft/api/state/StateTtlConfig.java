package dev.weft.api.state;

import java.io.Serializable;
import java.time.Duration;

/**
 * How long a state lives after it was last touched, by the wall clock. A value as a whole, each
 * element of a list and each entry of a map has a life of its own. Immutable.
 */
public final class StateTtlConfig implements Serializable {
  /** A state that lives until it is cleared. */
  public static final StateTtlConfig DISABLED =
      new StateTtlConfig(newBuilder(Duration.ofMillis(Long.MAX_VALUE)), UpdateType.Disabled);

  private static final int CLEANUP_SIZE = 5;

  private final Duration timeToLive;
  private final UpdateType updateType;
  private final StateVisibility stateVisibility;
  private final boolean cleanupInSnapshots;
  private final int cleanupSize;

  private StateTtlConfig(Builder builder, UpdateType updateType) {
    this.timeToLive = builder.timeToLive;
    this.updateType = updateType;
    this.stateVisibility = builder.stateVisibility;
    this.cleanupInSnapshots = builder.cleanupInSnapshots;
    this.cleanupSize = builder.cleanupSize;
  }

  /** What makes a life begin anew. */
  public enum UpdateType {
    /** The state lives until it is cleared. */
    Disabled,
    /** Every write. */
    OnCreateAndWrite,
    /** Every write and every read. */
    OnReadAndWrite
  }

  /** What a read finds when the life is over and the value not removed yet. */
  public enum StateVisibility {
    /** The value, this one time. */
    ReturnExpiredIfNotCleanedUp,
    /** Nothing. */
    NeverReturnExpired
  }

  /** Which time counts. */
  public enum TtlTimeCharacteristic {
    /** The wall clock. */
    ProcessingTime
  }

  /** Begins with a life of the given length, which is positive. */
  public static Builder newBuilder(Duration ttl) {
    return new Builder(ttl);
  }

  /** Whether the state has an end of life at all. */
  public boolean isEnabled() {
    return updateType != UpdateType.Disabled;
  }

  /** The length of a life. */
  public Duration getTimeToLive() {
    return timeToLive;
  }

  /** What makes a life begin anew. */
  public UpdateType getUpdateType() {
    return updateType;
  }

  /** What a read finds after the end of a life. */
  public StateVisibility getStateVisibility() {
    return stateVisibility;
  }

  /** Which time counts. */
  public TtlTimeCharacteristic getTtlTimeCharacteristic() {
    return TtlTimeCharacteristic.ProcessingTime;
  }

  /** Whether what has expired is left out of checkpoints and savepoints. */
  public boolean cleansUpInSnapshots() {
    return cleanupInSnapshots;
  }

  /** How many keys are looked at for each record, so that what nobody reads goes too; or 0. */
  public int cleanupSize() {
    return cleanupSize;
  }

  /** Puts a configuration together. */
  public static final class Builder {
    private Duration timeToLive;
    private UpdateType updateType = UpdateType.OnCreateAndWrite;
    private StateVisibility stateVisibility = StateVisibility.NeverReturnExpired;
    private boolean cleanupInSnapshots;
    private int cleanupSize = CLEANUP_SIZE;

    private Builder(Duration ttl) {
      setTimeToLive(ttl);
    }

    /** Sets the length of a life, which is positive. */
    public Builder setTimeToLive(Duration ttl) {
      if (ttl.isNegative() || ttl.isZero()) {
        throw new IllegalArgumentException("a time to live is positive, not " + ttl);
      }
      timeToLive = ttl;
      return this;
    }

    /** Sets what makes a life begin anew; by default {@link UpdateType#OnCreateAndWrite}. */
    public Builder setUpdateType(UpdateType type) {
      updateType = type;
      return this;
    }

    /** Only a write makes a life begin anew. */
    public Builder updateTtlOnCreateAndWrite() {
      return setUpdateType(UpdateType.OnCreateAndWrite);
    }

    /** A read makes a life begin anew, too. */
    public Builder updateTtlOnReadAndWrite() {
      return setUpdateType(UpdateType.OnReadAndWrite);
    }

    /**
     * Sets what a read finds after the end of a life; by default {@link
     * StateVisibility#NeverReturnExpired}.
     */
    public Builder setStateVisibility(StateVisibility visibility) {
      stateVisibility = visibility;
      return this;
    }

    /** What has expired and is still there may be read. */
    public Builder returnExpiredIfNotCleanedUp() {
      return setStateVisibility(StateVisibility.ReturnExpiredIfNotCleanedUp);
    }

    /** What has expired is never read. */
    public Builder neverReturnExpired() {
      return setStateVisibility(StateVisibility.NeverReturnExpired);
    }

    /** Sets which time counts; there is one. */
    public Builder setTtlTimeCharacteristic(TtlTimeCharacteristic characteristic) {
      return this;
    }

    /** The wall clock counts. */
    public Builder useProcessingTime() {
      return this;
    }

    /** Leaves what has expired out of checkpoints and savepoints. */
    public Builder cleanupFullSnapshot() {
      cleanupInSnapshots = true;
      return this;
    }

    /**
     * Looks at so many keys for each record, one after another through all of them, and removes
     * what has expired.
     *
     * @param cleanupSize positive
     * @param runCleanupForEveryRecord has no effect: the operator's records are counted, whether or
     *     not they touch this state
     */
    public Builder cleanupIncrementally(int cleanupSize, boolean runCleanupForEveryRecord) {
      if (cleanupSize <= 0) {
        throw new IllegalArgumentException("a cleanup size is positive, not " + cleanupSize);
      }
      this.cleanupSize = cleanupSize;
      return this;
    }

    /**
     * Accepted so that programs need no change; without effect. What has expired is looked for in
     * RocksDB as on the heap, see {@link #cleanupIncrementally}.
     */
    public Builder cleanupInRocksdbCompactFilter(long queryTimeAfterNumEntries) {
      return this;
    }

    /**
     * Accepted so that programs need no change; without effect. What has expired is looked for in
     * RocksDB as on the heap, see {@link #cleanupIncrementally}.
     */
    public Builder cleanupInRocksdbCompactFilter(
        long queryTimeAfterNumEntries, Duration periodicCompactionTime) {
      return this;
    }

    /** Removes what has expired only when it is read. */
    public Builder disableCleanupInBackground() {
      cleanupSize = 0;
      return this;
    }

    /** The configuration. */
    public StateTtlConfig build() {
      return new StateTtlConfig(this, updateType);
    }
  }
}
