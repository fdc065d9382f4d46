package dev.weft.simulator;

import dev.weft.connectors.hdfs.sink.Encoder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes a record as a line. */
record LedgerEncoder() implements Encoder<LedgerRecord> {
  @Override
  public void encode(LedgerRecord record, OutputStream target) throws IOException {
    target.write((record.line() + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
