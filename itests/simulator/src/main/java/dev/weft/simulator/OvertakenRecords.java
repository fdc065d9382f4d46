package dev.weft.simulator;

import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.batch.BatchCodec;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.checkpoint.Manifest;
import dev.weft.engine.exchange.ChannelState;
import dev.weft.engine.protocol.OperatorSlice;
import dev.weft.engine.protocol.OperatorSnapshot;
import dev.weft.engine.protocol.SnapshotHandle;
import dev.weft.engine.state.unkeyed.UnkeyedStates;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Reads the records that barriers overtook out of a checkpoint. */
record OvertakenRecords(Function<String, byte[]> files) {
  List<LedgerRecord> in(Manifest manifest) {
    UnkeyedStates states = new UnkeyedStates("the ledger");
    for (Manifest.OperatorState operator : manifest.operators()) {
      for (OperatorSnapshot subtask : operator.subtasks()) {
        for (OperatorSlice slice : subtask.unkeyed()) {
          if (ChannelState.holds(slice.name())) {
            SnapshotHandle handle = slice.handle();
            byte[] bytes = handle.isInline() ? handle.inline() : files.apply(handle.path());
            states.restore(
                slice, ByteBuffer.wrap(bytes, (int) handle.offset(), (int) handle.length()));
          }
        }
      }
    }
    List<LedgerRecord> records = new ArrayList<>();
    for (String name : states.getRegisteredStateNames()) {
      try {
        for (byte[] bytes :
            states.getUnionListState(new ListStateDescriptor<>(name, byte[].class)).get()) {
          ObjectBatch batch =
              BatchCodec.of(TypeInformation.of(LedgerRecord.class)).decode(ByteBuffer.wrap(bytes));
          for (int row = 0; row < batch.size(); row++) {
            records.add((LedgerRecord) batch.value(row));
          }
        }
      } catch (Exception e) {
        throw new IllegalStateException("the overtaken records are damaged", e);
      }
    }
    return records;
  }
}
