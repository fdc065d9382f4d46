package dev.weft.connectors.hdfs.sink;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/**
 * A directory for every hour, or what else a pattern makes of the wall clock when a record is
 * written.
 *
 * @param <T> the records
 */
public final class DateTimeBucketAssigner<T> implements BucketAssigner<T> {
  private static final long serialVersionUID = 1;
  private static final String PATTERN = "yyyy-MM-dd--HH";

  private final String pattern;
  private final ZoneId zone;
  private transient DateTimeFormatter formatter;
  private transient long second = Long.MIN_VALUE;
  private transient String bucket;

  /** A directory for every hour in the time zone of the process. */
  public DateTimeBucketAssigner() {
    this(PATTERN);
  }

  /** A directory for every value of a pattern of {@link DateTimeFormatter}. */
  public DateTimeBucketAssigner(String formatString) {
    this(formatString, ZoneId.systemDefault());
  }

  /** A directory for every value of a pattern in a time zone. */
  public DateTimeBucketAssigner(String formatString, ZoneId zoneId) {
    this.pattern = formatString;
    this.zone = zoneId;
    DateTimeFormatter.ofPattern(formatString); // a bad pattern shows here
  }

  @Override
  public String bucket(T record) {
    throw new UnsupportedOperationException("the time is needed");
  }

  @Override
  public String bucket(T record, Context context) {
    long now = Math.floorDiv(context.currentProcessingTime(), 1000L);
    if (bucket == null || now != second) {
      if (formatter == null) {
        formatter = DateTimeFormatter.ofPattern(pattern).withZone(zone);
      }
      second = now;
      bucket = formatter.format(Instant.ofEpochSecond(now));
    }
    return bucket;
  }
}
