package dev.weft.engine.cluster;

import dev.weft.engine.checkpoint.ChecksummedFile;
import dev.weft.engine.checkpoint.RegisteredCheckpoint;
import dev.weft.engine.cluster.JournalRecord.Pointer;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;

/** What the simulator needs of this package beyond what production code may use. */
public final class SimulatedLeaders {
  private SimulatedLeaders() {}

  /**
   * What the journal says of a job.
   *
   * @param retained its checkpoints, the newest first
   * @param ended whether its end is recorded
   * @param attempt the newest attempt
   */
  public record JobView(List<RegisteredCheckpoint> retained, boolean ended, int attempt) {}

  /** The name of a job's pointer. */
  public static String pointerName(String jobId) {
    return "job-" + jobId;
  }

  /**
   * Reads what the journal says of a job.
   *
   * @param directory of the application
   * @param files the bytes of a file, or null
   * @throws IOException when the journal is damaged
   */
  public static JobView view(
      byte[] sealedPointer, String directory, String jobId, Function<String, byte[]> files)
      throws IOException {
    Pointer pointer = Pointer.CODEC.fromBytes(ChecksummedFile.open(sealedPointer, "pointer"));
    String job = directory + "/journal/" + jobId + "/";
    record(job, pointer.submitted(), files);
    if (pointer.ended() != null) {
      var end = ((JournalRecord.Ended) record(job, pointer.ended(), files)).end();
      return new JobView(end.retained(), true, pointer.attempt());
    }
    List<RegisteredCheckpoint> retained =
        pointer.checkpoints() == null
            ? List.of()
            : ((JournalRecord.CheckpointCompleted) record(job, pointer.checkpoints(), files))
                .retained();
    return new JobView(retained, false, pointer.attempt());
  }

  private static JournalRecord record(
      String job, JournalRecord.Reference reference, Function<String, byte[]> files)
      throws IOException {
    String path = job + reference.name();
    byte[] bytes = files.apply(path);
    if (bytes == null) {
      throw new IOException("the journal names " + path + ", which is not there");
    }
    if (bytes.length != reference.bytes()
        || ChecksummedFile.checksumOf(bytes) != reference.crc32c()) {
      throw new IOException("the journal names " + path + ", which is another file");
    }
    return JournalRecord.CODEC.fromBytes(ChecksummedFile.open(bytes, path));
  }
}
