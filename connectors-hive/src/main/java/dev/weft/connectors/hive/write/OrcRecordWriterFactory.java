package dev.weft.connectors.hive.write;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileOutput;
import dev.weft.connectors.hdfs.sink.RecordWriter;
import dev.weft.connectors.hdfs.sink.RecordWriterFactory;
import dev.weft.connectors.hive.orc.StoreFileSystem;
import dev.weft.connectors.hive.table.HiveColumn;
import java.io.IOException;
import java.util.Properties;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hive.ql.exec.vector.ColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.DateColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.TimestampColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.VectorizedRowBatch;
import org.apache.orc.OrcFile;
import org.apache.orc.TypeDescription;
import org.apache.orc.Writer;

/**
 * Begins ORC files of a table. Table properties that begin with {@code orc.}, such as {@code
 * orc.compress}, are followed.
 *
 * @param <T> the records
 */
public final class OrcRecordWriterFactory<T> implements RecordWriterFactory<T> {
  private static final int ROWS_PER_BATCH = 1024;
  private static final long STRIPE_BYTES = 32L << 20;

  /** ORC keeps about three buffers per column and file. */
  private static final int BUFFER_BYTES = 64 << 10;

  private static final int BUFFERS_PER_COLUMN = 3;
  private static final long OPEN_FILES_BYTES = 64L << 20;
  private static final int OPEN_FILES_MIN = 4;
  private static final int OPEN_FILES_MAX = 64;

  private final SinkTable target;
  private final RecordAccess access;

  /** A factory for records of one class. */
  public OrcRecordWriterFactory(SinkTable target, Class<T> recordClass) {
    this.target = target;
    this.access = new RecordAccess(recordClass);
  }

  /** How many files of a table of so many columns one writer keeps open. */
  public static int openFilesMax(int columns) {
    long perFile = (long) Math.max(1, columns) * BUFFERS_PER_COLUMN * BUFFER_BYTES;
    return (int) Math.max(OPEN_FILES_MIN, Math.min(OPEN_FILES_MAX, OPEN_FILES_BYTES / perFile));
  }

  @Override
  public RecordWriter<T> open(FileOutput output) throws IOException {
    TypeDescription schema = TypeDescription.createStruct();
    for (HiveColumn column : target.table().columns()) {
      schema.addField(column.name(), TypeDescription.fromString(column.type().text()));
    }
    Properties properties = new Properties();
    target
        .table()
        .parameters()
        .forEach(
            (key, value) -> {
              if (key.startsWith("orc.")) {
                properties.setProperty(key, value);
              }
            });
    OrcFile.WriterOptions options;
    try {
      options = OrcFile.writerOptions(properties, new Configuration(false));
    } catch (IllegalArgumentException e) {
      throw new WeftException(
          ErrorCode.USER,
          "The Hive table "
              + target.table().qualifiedName()
              + " has a wrong property among "
              + properties
              + ": "
              + e.getMessage(),
          e);
    }
    if (!properties.containsKey("orc.stripe.size")) {
      options.stripeSize(STRIPE_BYTES);
    }
    if (!properties.containsKey("orc.compress.size")) {
      options.bufferSize(BUFFER_BYTES);
    }
    Writer writer =
        OrcFile.createWriter(
            new Path("/output"),
            options
                .setSchema(schema)
                .fileSystem(StoreFileSystem.writing(output))
                .blockPadding(false)
                .useUTCTimestamp(true)
                .setProlepticGregorian(true));
    return new OrcRecords(writer, schema.createRowBatch(ROWS_PER_BATCH), output);
  }

  private final class OrcRecords implements RecordWriter<T> {
    private final Writer writer;
    private final VectorizedRowBatch batch;
    private final FileOutput output;
    private final OrcCell[] cells;
    private long bytes;

    OrcRecords(Writer writer, VectorizedRowBatch batch, FileOutput output) {
      this.writer = writer;
      this.batch = batch;
      this.output = output;
      this.cells = target.table().columns().stream().map(OrcCell::of).toArray(OrcCell[]::new);
      for (ColumnVector vector : batch.cols) {
        markCalendar(vector);
      }
    }

    /** Says that dates and times come in the calendar of java.time, for which nothing changes. */
    private static void markCalendar(ColumnVector vector) {
      if (vector instanceof DateColumnVector dates) {
        dates.changeCalendar(true, false);
      } else if (vector instanceof TimestampColumnVector times) {
        times.changeCalendar(true, false);
      }
    }

    @Override
    public void write(T record) throws IOException {
      int row = batch.size++;
      for (int i = 0; i < cells.length; i++) {
        int component = target.columnComponents().get(i);
        Object value = component < 0 ? null : access.value(record, component);
        ColumnVector vector = batch.cols[i];
        if (value == null) {
          vector.noNulls = false;
          vector.isNull[row] = true;
        } else {
          cells[i].set(vector, row, value);
        }
      }
      if (batch.size == ROWS_PER_BATCH) {
        drain();
      }
    }

    @Override
    public long bytes() {
      return bytes;
    }

    @Override
    public void finish() throws IOException {
      if (batch.size > 0) {
        drain();
      }
      writer.close();
    }

    private void drain() throws IOException {
      writer.addRowBatch(batch);
      batch.reset();
      bytes = output.position() + writer.estimateMemory();
    }
  }
}
