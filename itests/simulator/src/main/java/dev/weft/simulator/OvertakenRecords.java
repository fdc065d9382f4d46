package dev.weft.simulator;

import dev.weft.api.state.ListState;
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

/**
 * Reads the records that barriers overtook out of a checkpoint: those that are to come out. A copy
 * that waits for a filter which drops it is no repetition, although its twin is through: with that
 * copy restored the filter drops it, and nothing is shown twice.
 */
record OvertakenRecords(Function<String, byte[]> files) {
  List<LedgerRecord> in(Manifest manifest) {
    List<LedgerRecord> records = new ArrayList<>();
    for (Manifest.OperatorState operator : manifest.operators()) {
      List<LedgerRecord> waiting = new ArrayList<>();
      UnkeyedStates keyed = new UnkeyedStates("the ledger");
      UnkeyedStates dealt = new UnkeyedStates("the ledger");
      for (OperatorSnapshot subtask : operator.subtasks()) {
        for (OperatorSlice slice : subtask.unkeyed()) {
          if (ChannelState.holds(slice.name())) {
            SnapshotHandle handle = slice.handle();
            byte[] bytes = handle.isInline() ? handle.inline() : files.apply(handle.path());
            boolean union = slice.distribution() == OperatorSlice.Distribution.UNION;
            (union ? keyed : dealt)
                .restore(
                    slice, ByteBuffer.wrap(bytes, (int) handle.offset(), (int) handle.length()));
          }
        }
      }
      try {
        for (String name : keyed.getRegisteredStateNames()) {
          add(keyed.getUnionListState(new ListStateDescriptor<>(name, byte[].class)), waiting);
        }
        for (String name : dealt.getRegisteredStateNames()) {
          add(dealt.getListState(new ListStateDescriptor<>(name, byte[].class)), waiting);
        }
      } catch (Exception e) {
        throw new IllegalStateException("the overtaken records are damaged", e);
      }
      waiting.removeIf(record -> !GraphFunctions.comesOut(operator.uid(), record));
      records.addAll(waiting);
    }
    return records;
  }

  private static void add(ListState<byte[]> batches, List<LedgerRecord> records) throws Exception {
    for (byte[] bytes : batches.get()) {
      ObjectBatch batch =
          BatchCodec.of(TypeInformation.of(LedgerRecord.class)).decode(ByteBuffer.wrap(bytes));
      for (int row = 0; row < batch.size(); row++) {
        records.add((LedgerRecord) batch.value(row));
      }
    }
  }
}
