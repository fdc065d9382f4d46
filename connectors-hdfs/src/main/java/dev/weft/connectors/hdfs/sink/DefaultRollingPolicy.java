package dev.weft.connectors.hdfs.sink;

import dev.weft.api.config.MemorySize;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.time.Duration;

/** Builds a policy that ends files by size, by age and when nothing comes. */
public final class DefaultRollingPolicy {
  private DefaultRollingPolicy() {}

  /** Begins with 128 MiB, one minute and one minute. */
  public static PolicyBuilder builder() {
    return new PolicyBuilder();
  }

  /** Builds the policy. */
  public static final class PolicyBuilder {
    private long bytes = RollingPolicy.DEFAULT.fileBytesMax();
    private long ageMillis = Duration.ofMinutes(1).toMillis();
    private long inactiveMillis = Duration.ofMinutes(1).toMillis();

    private PolicyBuilder() {}

    /** Ends a file of this size. */
    public PolicyBuilder withMaxPartSize(MemorySize size) {
      bytes = positive("part size", size.bytes());
      return this;
    }

    /** Ends a file so long after it was begun. */
    public PolicyBuilder withRolloverInterval(Duration interval) {
      ageMillis = positive("rollover interval", interval.toMillis());
      return this;
    }

    /** Ends a file so long after its last record. */
    public PolicyBuilder withInactivityInterval(Duration interval) {
      inactiveMillis = positive("inactivity interval", interval.toMillis());
      return this;
    }

    /** The policy. */
    public RollingPolicy build() {
      return new RollingPolicy(
          bytes, RollingPolicy.DEFAULT.openFilesMax(), ageMillis, inactiveMillis);
    }

    private static long positive(String what, long value) {
      if (value <= 0) {
        throw new WeftException(ErrorCode.USER, "The " + what + " is positive, not " + value);
      }
      return value;
    }
  }
}
