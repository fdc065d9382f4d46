package dev.weft.connectors.hdfs.sink;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileStore;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * The names of staged and published files of one sink of one job.
 *
 * <p>Files are staged in {@code <path>/.weft-staging/<job>-<sink>/<attempt>-<subtask>/}. The writer
 * makes this last directory itself: its name is never used by another writer, because attempts of a
 * job never repeat, so a writer that was given up and goes on can only leave files that no
 * checkpoint names. A published file is called {@code
 * part-<job>-<sink>-<subtask>-<attempt>-<counter>}, which follows from the staged name alone.
 *
 * @param path the sink's directory
 * @param jobId the job, as 32 hexadecimal digits
 * @param sinkUid the sink within the job
 */
public record StagingLayout(String path, String jobId, String sinkUid) implements Serializable {
  /** The directory below a sink's path in which all jobs stage; readers skip it as hidden. */
  public static final String STAGING = ".weft-staging";

  private static final int SHORT_DIGITS = 8;

  /** The layout below a path; a slash at its end is ignored. */
  public StagingLayout {
    path = withoutSlash(path);
  }

  static String withoutSlash(String path) {
    String result = path;
    while (result.length() > 1 && result.endsWith("/")) {
      result = result.substring(0, result.length() - 1);
    }
    return result;
  }

  /** The staging directory of this sink of this job. */
  public String stagingDirectory() {
    return path + "/" + STAGING + "/" + jobId + "-" + sinkDigits();
  }

  /** The directory of this sink's entries in the publication log. */
  String publicationDirectory() {
    return path + "/" + PublicationLog.DIRECTORY + "/" + jobId + "-" + sinkDigits();
  }

  /** The staging directory of one writer. */
  public String writerDirectory(int attempt, int subtask) {
    return stagingDirectory() + "/" + attempt + "-" + subtask;
  }

  /**
   * Removes what the job staged for this sink, and the directory in which all jobs stage when that
   * leaves it empty. May be repeated.
   */
  public void removeStaged(FileStore files) throws IOException {
    files.delete(stagingDirectory());
    files.deleteEmptyDirectory(path + "/" + STAGING);
  }

  /** The name of a writer's file, the same when staged and when published. */
  public String fileName(int attempt, int subtask, long counter, OutputFileConfig names) {
    return names.partPrefix()
        + "-"
        + jobId.substring(0, Math.min(SHORT_DIGITS, jobId.length()))
        + "-"
        + sinkDigits()
        + "-"
        + subtask
        + "-"
        + attempt
        + "-"
        + counter
        + names.partSuffix();
  }

  /** The directory of a bucket. */
  public String bucketDirectory(String bucket) {
    return bucket.isEmpty() ? path : path + "/" + bucket;
  }

  /** Where a file appears, relative to the sink's path. */
  String relativePath(StagedFile file) {
    return file.bucket().isEmpty() ? file.name() : file.bucket() + "/" + file.name();
  }

  /**
   * Checks the directory that an assigner chose.
   *
   * @throws WeftException with code USER when it would leave the sink's path
   */
  public static String checkBucket(String bucket) {
    if (bucket == null) {
      throw new WeftException(ErrorCode.USER, "The bucket assigner of a file sink returned null");
    }
    if (bucket.isEmpty()) {
      return bucket;
    }
    for (String element : bucket.split("/", -1)) {
      if (element.isEmpty() || element.startsWith(".") || element.indexOf('\0') >= 0) {
        throw new WeftException(
            ErrorCode.USER,
            "The bucket assigner of a file sink returned '"
                + bucket
                + "'; a bucket is a relative path without empty elements and none begins with '.'");
      }
    }
    return bucket;
  }

  private String sinkDigits() {
    CRC32 crc = new CRC32();
    crc.update(sinkUid.getBytes(StandardCharsets.UTF_8));
    return String.format("%08x", crc.getValue());
  }
}
