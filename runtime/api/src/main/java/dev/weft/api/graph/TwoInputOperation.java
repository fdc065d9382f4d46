package dev.weft.api.graph;

import dev.weft.api.OutputTag;
import dev.weft.api.functions.co.BroadcastProcessFunction;
import dev.weft.api.functions.co.CoFlatMapFunction;
import dev.weft.api.functions.co.CoMapFunction;
import dev.weft.api.functions.co.CoProcessFunction;
import dev.weft.api.functions.co.KeyedBroadcastProcessFunction;
import dev.weft.api.functions.co.KeyedCoProcessFunction;
import dev.weft.api.functions.co.ProcessJoinFunction;
import java.util.List;

/** What a step of two inputs does. */
public sealed interface TwoInputOperation extends Operation.Physical {
  /** The user's function. */
  Object function();

  /** Whether the state needs that this input, 0 or 1, is keyed. */
  boolean keyed(int input);

  /** One to one on both inputs. */
  record CoMap<A, B, O>(CoMapFunction<A, B, O> function, boolean keyed)
      implements TwoInputOperation {
    @Override
    public boolean keyed(int input) {
      return keyed;
    }
  }

  /** One to any on both inputs. */
  record CoFlatMap<A, B, O>(CoFlatMapFunction<A, B, O> function, boolean keyed)
      implements TwoInputOperation {
    @Override
    public boolean keyed(int input) {
      return keyed;
    }
  }

  /** A process function of both inputs. */
  record CoProcess<A, B, O>(CoProcessFunction<A, B, O> function, boolean keyed)
      implements TwoInputOperation {
    @Override
    public boolean keyed(int input) {
      return keyed;
    }
  }

  /** A process function of both inputs that names its key. */
  record KeyedCoProcess<K, A, B, O>(KeyedCoProcessFunction<K, A, B, O> function)
      implements TwoInputOperation {
    @Override
    public boolean keyed(int input) {
      return true;
    }
  }

  /**
   * Pairs of records of one key whose timestamps are near.
   *
   * @param lowerMillis the least distance of the right timestamp from the left one
   * @param upperMillis the greatest distance, inclusive as the least
   * @param leftLate where late left records go; null to drop and count them
   * @param rightLate where late right records go
   */
  record IntervalJoin<A, B, O>(
      ProcessJoinFunction<A, B, O> function,
      long lowerMillis,
      long upperMillis,
      OutputTag<A> leftLate,
      OutputTag<B> rightLate)
      implements TwoInputOperation {
    @Override
    public boolean keyed(int input) {
      return true;
    }
  }

  /**
   * A process function of a stream and a broadcast one.
   *
   * @param states the names of the broadcast states
   */
  record BroadcastProcess<A, B, O>(BroadcastProcessFunction<A, B, O> function, List<String> states)
      implements TwoInputOperation {
    @Override
    public boolean keyed(int input) {
      return false;
    }
  }

  /**
   * A process function of a keyed stream and a broadcast one.
   *
   * @param states the names of the broadcast states
   */
  record KeyedBroadcastProcess<K, A, B, O>(
      KeyedBroadcastProcessFunction<K, A, B, O> function, List<String> states)
      implements TwoInputOperation {
    @Override
    public boolean keyed(int input) {
      return input == 0;
    }
  }
}
