package dev.weft.connectors.hdfs.source;

import dev.weft.api.config.MemorySize;
import dev.weft.api.connector.Boundedness;
import dev.weft.api.connector.SimpleVersionedSerializer;
import dev.weft.api.connector.Source;
import dev.weft.api.connector.SourceReader;
import dev.weft.api.connector.SourceReaderContext;
import dev.weft.api.connector.SplitEnumerator;
import dev.weft.api.connector.SplitEnumeratorContext;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.Path;
import dev.weft.api.types.TypeInformation;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * A source of files: bounded, or growing directories as an unbounded source that reads each new
 * file once. Files must be complete when they become visible, so move them in; names that begin
 * with {@code _} or {@code .} are not read.
 *
 * @param <T> the records
 */
public final class FileSource<T> implements Source<T, FileSplit, FileEnumeratorState> {
  private final FileLister lister;
  private final BulkFormat<T> format;
  private final long bytesPerSplit;
  private final Duration interval;

  private FileSource(
      FileLister lister, BulkFormat<T> format, long bytesPerSplit, Duration interval) {
    this.lister = lister;
    this.format = format;
    this.bytesPerSplit = bytesPerSplit;
    this.interval = interval;
  }

  /** The lines of text files in UTF-8, without line ends. */
  public static FileSource<String> text(String... paths) {
    return forRecordStreamFormat(new TextLineFormat(), paths).build();
  }

  /** Starts a source of files and directories in a format. */
  public static <T> Builder<T> forRecordStreamFormat(BulkFormat<T> format, Path... paths) {
    return forRecordStreamFormat(
        format, Arrays.stream(paths).map(Path::toString).toArray(String[]::new));
  }

  /** Starts a source of files and directories in a format. */
  public static <T> Builder<T> forRecordStreamFormat(BulkFormat<T> format, String... paths) {
    if (paths.length == 0) {
      throw new WeftException(ErrorCode.USER, "A file source needs at least one path");
    }
    for (String path : paths) {
      if (path == null || path.isBlank()) {
        throw new WeftException(ErrorCode.USER, "A path of a file source is empty");
      }
    }
    Builder<T> builder = new Builder<>(format);
    builder.paths = List.of(paths);
    return builder;
  }

  /** A bounded source of the files that a lister finds. */
  public static <T> FileSource<T> ofListed(FileLister lister, BulkFormat<T> format) {
    return new FileSource<>(lister, format, 0, null);
  }

  @Override
  public Boundedness getBoundedness() {
    return interval == null ? Boundedness.BOUNDED : Boundedness.CONTINUOUS_UNBOUNDED;
  }

  @Override
  public TypeInformation<T> getProducedType() {
    return format.producedType();
  }

  @Override
  public SplitEnumerator<FileSplit, FileEnumeratorState> createEnumerator(
      SplitEnumeratorContext<FileSplit> context) {
    return new FileEnumerator(context, lister, new SplitPlanner(format, bytesPerSplit), interval);
  }

  @Override
  public SplitEnumerator<FileSplit, FileEnumeratorState> restoreEnumerator(
      SplitEnumeratorContext<FileSplit> context, FileEnumeratorState checkpoint) {
    FileEnumerator enumerator =
        new FileEnumerator(context, lister, new SplitPlanner(format, bytesPerSplit), interval);
    enumerator.restore(checkpoint);
    return enumerator;
  }

  @Override
  public SourceReader<T, FileSplit> createReader(SourceReaderContext context) {
    return new FileSplitReader<>(context, format);
  }

  @Override
  public SimpleVersionedSerializer<FileSplit> getSplitSerializer() {
    return FileSplitSerializer.INSTANCE;
  }

  @Override
  public SimpleVersionedSerializer<FileEnumeratorState> getEnumeratorCheckpointSerializer() {
    return FileEnumeratorStateSerializer.INSTANCE;
  }

  /** Builds a {@link FileSource}. */
  public static final class Builder<T> {
    private final BulkFormat<T> format;
    private List<String> paths;
    private boolean recursive = true;
    private long bytesPerSplit;
    private Duration interval;

    private Builder(BulkFormat<T> format) {
      this.format = format;
    }

    /** Makes the source unbounded: directories are searched for new files at this interval. */
    public Builder<T> monitorContinuously(Duration discoveryInterval) {
      if (discoveryInterval.isNegative() || discoveryInterval.isZero()) {
        throw new WeftException(
            ErrorCode.USER,
            "The discovery interval of a file source must be positive: " + discoveryInterval);
      }
      interval = discoveryInterval;
      return this;
    }

    /** Whether directories within directories are read; they are unless this says no. */
    public Builder<T> recursive(boolean searchBelow) {
      recursive = searchBelow;
      return this;
    }

    /** The bytes of one split; by default chosen from the amount of input and the parallelism. */
    public Builder<T> splitSize(MemorySize size) {
      if (size.bytes() <= 0) {
        throw new WeftException(ErrorCode.USER, "The split size must be positive: " + size);
      }
      bytesPerSplit = size.bytes();
      return this;
    }

    /** The source. */
    public FileSource<T> build() {
      return new FileSource<>(
          new DirectoryLister(paths, recursive), format, bytesPerSplit, interval);
    }
  }
}
