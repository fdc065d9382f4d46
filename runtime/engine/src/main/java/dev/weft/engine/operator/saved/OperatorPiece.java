package dev.weft.engine.operator.saved;

import dev.weft.engine.protocol.OperatorSnapshot;
import dev.weft.engine.protocol.RecordCodec;

/**
 * What one subtask wrote of an operator of a savepoint; travels to where the manifest is made.
 *
 * @param maxParallelism the number of key groups of the operator
 * @param parallelism how many pieces the operator has
 * @param subtask which of them this is
 */
public record OperatorPiece(
    int maxParallelism, int parallelism, int subtask, OperatorSnapshot state) {
  static final RecordCodec<OperatorPiece> CODEC = RecordCodec.of(OperatorPiece.class);
}
