package dev.weft.connectors.hdfs.sink;

import dev.weft.api.connector.CommittingSinkWriter;
import dev.weft.api.connector.ReaderOutput;
import dev.weft.api.connector.SinkWriterContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes records into staged files, one open file per bucket; a checkpoint ends them all. When as
 * many files are open as may be, records of further buckets wait in memory and are then written
 * bucket by bucket, so that mixed input does not become a file per record.
 *
 * @param <T> the records
 */
public final class StagingWriter<T> implements CommittingSinkWriter<T, StagedFile> {
  private static final Logger LOG = LoggerFactory.getLogger(StagingWriter.class);
  private static final int WAITING_RECORDS_MAX = 1 << 16;

  /** The clock is looked at once for so many records. */
  private static final int RECORDS_PER_LOOK = 64;

  private final SinkWriterContext context;
  private final StagingLayout layout;
  private final BucketAssigner<T> assigner;
  private final RecordWriterFactory<T> format;
  private final RollingPolicy rolling;
  private final OutputFileConfig names;
  private final Now now = new Now();

  private final Map<String, OpenFile<T>> open = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<String, List<T>> waiting = new LinkedHashMap<>();
  private final List<StagedFile> ended = new ArrayList<>();
  private int waitingRecords;
  private int sinceLook;
  private boolean directoryMade;
  private long counter;

  /**
   * A writer whose file names begin with {@code part}.
   *
   * @param suffix what file names end with, such as {@code .orc}
   */
  public StagingWriter(
      SinkWriterContext context,
      StagingLayout layout,
      BucketAssigner<T> assigner,
      RecordWriterFactory<T> format,
      RollingPolicy rolling,
      String suffix) {
    this(context, layout, assigner, format, rolling, new OutputFileConfig("part", suffix));
  }

  /** A writer. */
  public StagingWriter(
      SinkWriterContext context,
      StagingLayout layout,
      BucketAssigner<T> assigner,
      RecordWriterFactory<T> format,
      RollingPolicy rolling,
      OutputFileConfig names) {
    this.context = context;
    this.layout = layout;
    this.assigner = assigner;
    this.format = format;
    this.rolling = rolling;
    this.names = names;
  }

  @Override
  public void write(T record, long timestamp) throws IOException {
    now.timestamp = timestamp;
    String bucket = assigner.bucket(record, now);
    if (rolling.timed() && ++sinceLook >= RECORDS_PER_LOOK) {
      endOverdue();
    }
    OpenFile<T> file = open.get(bucket);
    if (file != null) {
      write(file, record);
    } else if (open.size() < rolling.openFilesMax()) {
      write(begin(bucket), record);
    } else {
      waiting
          .computeIfAbsent(StagingLayout.checkBucket(bucket), b -> new ArrayList<>())
          .add(record);
      if (++waitingRecords == WAITING_RECORDS_MAX) {
        writeWaiting();
      }
    }
  }

  /** When a record is written. */
  private final class Now implements BucketAssigner.Context {
    private long timestamp;

    @Override
    public long currentProcessingTime() {
      return context.clock().millis();
    }

    @Override
    public Long timestamp() {
      return timestamp == ReaderOutput.NO_TIMESTAMP ? null : timestamp;
    }
  }

  /** Ends files that are too old or got nothing for too long; also sees which got something. */
  private void endOverdue() throws IOException {
    sinceLook = 0;
    long millis = context.clock().millis();
    for (OpenFile<T> file : List.copyOf(open.values())) {
      if (file.records != file.recordsSeen) {
        file.recordsSeen = file.records;
        file.activeMillis = millis;
      }
      if (millis - file.begunMillis >= rolling.ageMillisMax()
          || millis - file.activeMillis >= rolling.inactiveMillisMax()) {
        open.remove(file.bucket);
        end(file);
      }
    }
  }

  private void writeWaiting() throws IOException {
    for (Map.Entry<String, List<T>> entry : waiting.entrySet()) {
      for (T record : entry.getValue()) {
        OpenFile<T> file = open.get(entry.getKey());
        write(file == null ? begin(entry.getKey()) : file, record);
      }
    }
    waiting.clear();
    waitingRecords = 0;
  }

  private void write(OpenFile<T> file, T record) throws IOException {
    file.writer.write(record);
    file.records++;
    if (file.writer.bytes() >= rolling.fileBytesMax()) {
      open.remove(file.bucket);
      end(file);
    }
  }

  /** Does nothing: {@link #prepareCommit} follows and ends every file. */
  @Override
  public void flush(boolean endOfInput) {}

  @Override
  public List<StagedFile> prepareCommit(long checkpointId) throws IOException {
    writeWaiting();
    while (!open.isEmpty()) {
      end(open.remove(open.keySet().iterator().next()));
    }
    List<StagedFile> staged = List.copyOf(ended);
    ended.clear();
    return staged;
  }

  /**
   * Removes what no checkpoint can name: files that are open, and those that were ended but not
   * handed over. Those that were handed over stay, since their checkpoint may yet be registered.
   */
  @Override
  public void close() {
    waiting.clear();
    open.values().forEach(file -> file.output.abort());
    open.clear();
    ended.forEach(file -> discard(file.stagedPath()));
    ended.clear();
  }

  /** Deletes a file that was not handed over; what can not be deleted goes when the job ends. */
  void discard(String stagedPath) {
    try {
      context.files().delete(stagedPath);
    } catch (IOException e) {
      LOG.warn("Could not delete the staged file {}: {}", stagedPath, e.toString());
    }
  }

  private OpenFile<T> begin(String bucket) throws IOException {
    StagingLayout.checkBucket(bucket);
    if (open.size() >= rolling.openFilesMax()) {
      end(open.remove(open.keySet().iterator().next()));
    }
    String directory = layout.writerDirectory(context.attempt(), context.subtaskIndex());
    if (!directoryMade) {
      context.files().createDirectories(directory);
      directoryMade = true;
    }
    String name = layout.fileName(context.attempt(), context.subtaskIndex(), counter++, names);
    String path = directory + "/" + name;
    ChecksummedOutput output = new ChecksummedOutput(context.files().create(path));
    try {
      OpenFile<T> file = new OpenFile<>(path, bucket, name, output, format.open(output));
      file.begunMillis = rolling.timed() ? context.clock().millis() : 0;
      file.activeMillis = file.begunMillis;
      open.put(bucket, file);
      return file;
    } catch (IOException | RuntimeException e) {
      output.abort();
      throw e;
    }
  }

  private void end(OpenFile<T> file) throws IOException {
    try {
      file.writer.finish();
      file.output.close();
    } catch (IOException | RuntimeException e) {
      file.output.abort();
      throw e;
    }
    ended.add(
        new StagedFile(
            file.path,
            file.bucket,
            file.name,
            file.output.position(),
            file.output.crc32c(),
            file.records));
  }

  private static final class OpenFile<T> {
    final String path;
    final String bucket;
    final String name;
    final ChecksummedOutput output;
    final RecordWriter<T> writer;
    long records;
    long recordsSeen;
    long begunMillis;
    long activeMillis;

    OpenFile(
        String path, String bucket, String name, ChecksummedOutput output, RecordWriter<T> writer) {
      this.path = path;
      this.bucket = bucket;
      this.name = name;
      this.output = output;
      this.writer = writer;
    }
  }
}
