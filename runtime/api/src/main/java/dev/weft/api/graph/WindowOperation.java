package dev.weft.api.graph;

import dev.weft.api.OutputTag;
import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.functions.windowing.ProcessWindowFunction;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.windowing.assigners.WindowAssigner;
import dev.weft.api.windowing.evictors.Evictor;
import dev.weft.api.windowing.triggers.Trigger;

/**
 * Windows per key. The input is keyed. At least one of the two functions is there.
 *
 * @param assigner says which windows a record belongs to
 * @param trigger says when windows emit; null for the assigner's own
 * @param evictor removes records of windows that fire; null for none
 * @param aggregate folds the records of a window; null to keep them all
 * @param accumulatorType the type of the accumulator; null without an aggregate
 * @param process turns the fold's result, or the records, into the output; null to emit the result
 *     itself
 * @param allowedLatenessMillis how long after its end a window still takes records
 * @param lateOutput where later records go; null to drop and count them
 */
public record WindowOperation<T, ACC, R>(
    WindowAssigner<?, ?> assigner,
    Trigger<?, ?> trigger,
    Evictor<?, ?> evictor,
    AggregateFunction<T, ACC, R> aggregate,
    TypeInformation<ACC> accumulatorType,
    ProcessWindowFunction<R, ?, ?, ?> process,
    long allowedLatenessMillis,
    OutputTag<T> lateOutput)
    implements Operation.Physical {}
