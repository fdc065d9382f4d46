package dev.weft.connectors.hdfs.sink;

import dev.weft.api.config.MemorySize;
import dev.weft.api.connector.Committer;
import dev.weft.api.connector.CommitterContext;
import dev.weft.api.connector.CommittingSinkWriter;
import dev.weft.api.connector.SimpleVersionedSerializer;
import dev.weft.api.connector.SinkWriterContext;
import dev.weft.api.connector.TransactionalSink;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.Path;
import java.io.IOException;
import java.util.Objects;

/**
 * A sink of files, exactly once: a file appears in the sink's directory, whole, after the
 * checkpoint that covers it is durable. Every checkpoint ends all open files.
 *
 * @param <T> the records
 */
public final class FileSink<T> implements TransactionalSink<T, StagedFile> {
  private final String path;
  private final RecordWriterFactory<T> format;
  private final BucketAssigner<T> assigner;
  private final RollingPolicy rolling;
  private final OutputFileConfig names;
  private final FileCompactStrategy strategy;
  private final FileCompactor compactor;
  private final boolean logs;

  private FileSink(Builder<T> builder) {
    this.path = builder.path;
    this.format = builder.format;
    this.assigner = builder.assigner;
    this.rolling = builder.rolling;
    this.names = builder.names;
    this.strategy = builder.strategy;
    this.compactor = builder.compactor;
    this.logs = builder.logs;
  }

  /** Starts a sink that writes record after record. */
  public static <T> Builder<T> forRowFormat(String path, Encoder<T> encoder) {
    return forBulkFormat(path, output -> new EncodingWriter<>(encoder, output));
  }

  /** Starts a sink that writes record after record. */
  public static <T> Builder<T> forRowFormat(Path path, Encoder<T> encoder) {
    return forRowFormat(path.toString(), encoder);
  }

  /** Starts a sink with a format of its own for whole files. */
  public static <T> Builder<T> forBulkFormat(String path, RecordWriterFactory<T> format) {
    if (path == null || path.isBlank()) {
      throw new WeftException(ErrorCode.USER, "The path of a file sink is empty");
    }
    return new Builder<>(path, format);
  }

  @Override
  public CommittingSinkWriter<T, StagedFile> createWriter(SinkWriterContext context) {
    StagingLayout layout = new StagingLayout(path, context.jobId(), context.sinkUid());
    StagingWriter<T> writer =
        new StagingWriter<>(context, layout, assigner, format, rolling, names);
    return strategy == null ? writer : new CompactingWriter<>(writer, context, strategy, compactor);
  }

  @Override
  public Committer<StagedFile> createCommitter(CommitterContext context) {
    return new FileCommitter(
        context.files(), new StagingLayout(path, context.jobId(), context.sinkUid()), logs);
  }

  @Override
  public SimpleVersionedSerializer<StagedFile> getCommittableSerializer() {
    return StagedFileSerializer.INSTANCE;
  }

  private record EncodingWriter<T>(Encoder<T> encoder, FileOutput output)
      implements RecordWriter<T> {
    @Override
    public void write(T record) throws IOException {
      encoder.encode(record, output);
    }

    @Override
    public long bytes() {
      return output.position();
    }

    @Override
    public void finish() {}
  }

  /** Builds a {@link FileSink}. */
  public static final class Builder<T> {
    private final String path;
    private final RecordWriterFactory<T> format;
    private BucketAssigner<T> assigner = record -> "";
    private RollingPolicy rolling = RollingPolicy.DEFAULT;
    private OutputFileConfig names = OutputFileConfig.builder().build();
    private FileCompactStrategy strategy;
    private FileCompactor compactor;
    private boolean logs;

    private Builder(String path, RecordWriterFactory<T> format) {
      this.path = path;
      this.format = format;
    }

    /** Writes each record into a directory of its own choice below the sink's path. */
    public Builder<T> withBucketAssigner(BucketAssigner<T> bucketAssigner) {
      assigner = bucketAssigner;
      return this;
    }

    /** Ends a file when it has this size, as well as at every checkpoint. */
    public Builder<T> withRollingSize(MemorySize size) {
      if (size.bytes() <= 0) {
        throw new WeftException(ErrorCode.USER, "The rolling size must be positive: " + size);
      }
      rolling =
          new RollingPolicy(
              size.bytes(),
              rolling.openFilesMax(),
              rolling.ageMillisMax(),
              rolling.inactiveMillisMax());
      return this;
    }

    /** Ends files as a policy says, as well as at every checkpoint. */
    public Builder<T> withRollingPolicy(RollingPolicy policy) {
      rolling = policy;
      return this;
    }

    /** How file names begin and end. */
    public Builder<T> withOutputFileConfig(OutputFileConfig outputFileConfig) {
      names = outputFileConfig;
      return this;
    }

    /** What file names end with, such as {@code .txt}. */
    public Builder<T> withSuffix(String nameSuffix) {
      names = new OutputFileConfig(names.partPrefix(), nameSuffix);
      return this;
    }

    /**
     * Merges small files before they appear, so that frequent checkpoints do not leave as many
     * files. Records appear later by as much as the strategy lets files wait.
     */
    public Builder<T> enableCompact(
        FileCompactStrategy compactStrategy, FileCompactor fileCompactor) {
      strategy = Objects.requireNonNull(compactStrategy, "the strategy is null");
      compactor = Objects.requireNonNull(fileCompactor, "the compactor is null");
      return this;
    }

    /** Merges nothing. */
    public Builder<T> disableCompact() {
      strategy = null;
      compactor = null;
      return this;
    }

    /**
     * Writes an entry into the {@link PublicationLog} after the files of each checkpoint, for
     * readers that must not see a part of them. Costs one small file per checkpoint with output.
     */
    public Builder<T> withPublicationLog() {
      logs = true;
      return this;
    }

    /** The sink. */
    public FileSink<T> build() {
      return new FileSink<>(this);
    }
  }
}
