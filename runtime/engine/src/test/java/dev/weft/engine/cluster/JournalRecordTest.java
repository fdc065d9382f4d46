package dev.weft.engine.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.api.error.ErrorCode;
import dev.weft.engine.checkpoint.ChecksummedFile;
import dev.weft.engine.checkpoint.JobJournal;
import dev.weft.engine.checkpoint.RegisteredCheckpoint;
import dev.weft.engine.cluster.JournalRecord.Pointer;
import dev.weft.engine.cluster.JournalRecord.Reference;
import dev.weft.engine.protocol.Artifact;
import dev.weft.engine.protocol.FailureReport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class JournalRecordTest {
  private static final Reference FILE = new Reference("3-1", 200, 77);

  private static List<JournalRecord> records() {
    RegisteredCheckpoint checkpoint =
        new RegisteredCheckpoint(7, 3, "/c/3-7/_metadata", 500, 99, false, List.of("/c/3-7/w1"));
    return List.of(
        new JournalRecord.JobSubmitted(
            "0123456789abcdef0123456789abcdef",
            "revenue",
            FILE,
            List.of(new Artifact("a.jar", "/jars/a.jar", "00ff")),
            1_700_000_000_000L),
        new JournalRecord.CheckpointCompleted(List.of(checkpoint), null),
        new JournalRecord.Ended(
            new JobJournal.End(
                "FAILED",
                new FailureReport(ErrorCode.DATA, "a corrupt file", "trace", "reader"),
                1_700_000_000_001L,
                List.of(checkpoint),
                null)));
  }

  private static Pointer pointer() {
    return new Pointer(FILE, FILE, null, 4, 71, 7, null, null, null);
  }

  @Test
  void recordsOfTheLastReleaseAreStillRead() throws IOException {
    List<String> lines;
    try (InputStream in = getClass().getResourceAsStream("/golden/journal-1.txt")) {
      lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
    List<JournalRecord> read = new ArrayList<>();
    for (String line : lines.subList(0, 3)) {
      read.add(JournalRecord.CODEC.fromBytes(open(line)));
    }
    assertEquals(records(), read);
    assertEquals(pointer(), Pointer.CODEC.fromBytes(open(lines.get(3))));
  }

  @Test
  void thePointerKeepsTheAttemptOfEachRegion() throws IOException {
    Pointer pointer = pointer().withAttempt(5, List.of(1, 3), List.of(5, 4));
    assertEquals(pointer, Pointer.CODEC.fromBytes(Pointer.CODEC.toBytes(pointer)));
  }

  private static byte[] open(String line) throws IOException {
    return ChecksummedFile.open(Base64.getDecoder().decode(line), "golden");
  }
}
