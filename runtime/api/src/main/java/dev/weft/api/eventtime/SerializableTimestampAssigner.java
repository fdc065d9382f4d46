package dev.weft.api.eventtime;

import java.io.Serializable;

/**
 * A {@link TimestampAssigner} that travels with the job.
 *
 * @param <T> the records
 */
@FunctionalInterface
public interface SerializableTimestampAssigner<T> extends TimestampAssigner<T>, Serializable {}
