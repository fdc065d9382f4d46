package dev.weft.benchmarks;

import dev.weft.api.StreamExecutionEnvironment;

/** A program to be measured. The same program can be built any number of times. */
interface Workload {
  /** Builds the program for so many records, or for the workload's own size where it has one. */
  void build(StreamExecutionEnvironment environment, long records) throws Exception;

  /** How many records there are when nothing else is asked for. */
  long defaultRecords();

  /** How many records a program of the asked size really has. */
  default long records(long asked) {
    return asked;
  }

  /** What the program left behind, to be compared with {@link #expected}. */
  long outcome(long records) throws Exception;

  /** The same computed by one plain loop. */
  long expected(long records) throws Exception;
}
