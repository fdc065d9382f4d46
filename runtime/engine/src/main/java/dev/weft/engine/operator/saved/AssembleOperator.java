package dev.weft.engine.operator.saved;

import dev.weft.api.graph.SavepointOperation;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.operator.Operator;
import dev.weft.engine.operator.OperatorContext;
import dev.weft.engine.operator.Output;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Gathers what was written of a savepoint and emits, at the end, its manifest. */
public final class AssembleOperator implements Operator {
  private final SavepointOperation.Assemble assemble;
  private final List<OperatorPiece> pieces = new ArrayList<>();
  private SavedStates saved;
  private SavepointDraft draft;

  /** An operator. */
  public AssembleOperator(SavepointOperation.Assemble assemble) {
    this.assemble = assemble;
  }

  @Override
  public void open(OperatorContext context) throws IOException {
    saved = context.savedStates();
    draft =
        new SavepointDraft(
            context.task().jobId(),
            assemble.directory(),
            assemble.base(),
            assemble.removed(),
            assemble.added());
    saved.check(draft);
  }

  @Override
  public void process(int input, ObjectBatch batch, Output out) throws IOException {
    for (int row = 0; row < batch.size(); row++) {
      pieces.add(OperatorPiece.CODEC.fromBytes((byte[]) batch.value(row)));
    }
  }

  @Override
  public void finish(Output out) throws IOException {
    out.emit(saved.assemble(draft, pieces), ObjectBatch.NO_TIMESTAMP);
    pieces.clear();
  }

  @Override
  public void close() {
    pieces.clear();
  }
}
