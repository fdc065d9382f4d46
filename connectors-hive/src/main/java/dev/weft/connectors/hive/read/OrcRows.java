package dev.weft.connectors.hive.read;

import dev.weft.api.connector.ReaderOutput;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileStore;
import dev.weft.connectors.hdfs.source.FilePosition;
import dev.weft.connectors.hdfs.source.FileSplit;
import dev.weft.connectors.hdfs.source.RecordReader;
import dev.weft.connectors.hive.orc.StoreFileSystem;
import dev.weft.connectors.hive.table.HiveColumn;
import dev.weft.connectors.hive.table.HiveTable;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hive.ql.exec.vector.VectorizedRowBatch;
import org.apache.orc.OrcFile;
import org.apache.orc.Reader;
import org.apache.orc.StripeInformation;
import org.apache.orc.TypeDescription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads those stripes of an ORC file that begin in a range, batch by batch, and of them the columns
 * that are wanted. Columns are found by name, or by position in files that Hive 1 wrote.
 *
 * @param <T> the rows
 */
final class OrcRows<T> implements RecordReader<T> {
  private static final Logger LOG = LoggerFactory.getLogger(OrcRows.class);
  private static final int ROWS_PER_BATCH = 1024;

  private final StoreFileSystem fileSystem;
  private final RowAssembler<T> assembler;
  private final List<BoundColumn> columns;
  private final OrcColumn[] readers;
  private Reader file;
  private org.apache.orc.RecordReader rows;
  private VectorizedRowBatch batch;
  private int nextInBatch;
  private long emitted;
  private boolean ended;

  private OrcRows(FileStore files, RowAssembler<T> assembler) {
    this.fileSystem = StoreFileSystem.reading(files);
    this.assembler = assembler;
    this.columns = assembler.fileColumns();
    this.readers = columns.stream().map(OrcColumn::of).toArray(OrcColumn[]::new);
  }

  static <T> OrcRows<T> open(
      FileStore files, FileSplit split, HiveTable table, RowAssembler<T> assembler)
      throws IOException {
    OrcRows<T> rows = new OrcRows<>(files, assembler);
    try {
      rows.open(split, table);
      return rows;
    } catch (IOException | RuntimeException e) {
      IOException failure = rows.failure(e);
      rows.closeQuietly();
      throw failure;
    }
  }

  private void open(FileSplit split, HiveTable table) throws IOException {
    Configuration configuration = new Configuration(false);
    file =
        OrcFile.createReader(
            new Path(split.file().path()),
            OrcFile.readerOptions(configuration)
                .filesystem(fileSystem)
                .useUTCTimestamp(true)
                .convertToProlepticGregorian(true));
    TypeDescription schema = schemaOf(table);
    Reader.Options options =
        file.options()
            .schema(schema)
            .include(included(schema))
            .isSchemaEvolutionCaseAware(false)
            .range(split.offset(), split.length());
    rows = file.rows(options);
    batch = schema.createRowBatch(TypeDescription.RowBatchVersion.USE_DECIMAL64, ROWS_PER_BATCH);
    batch.size = 0;
    emitted = split.position().recordsToSkip();
    ended = emitted > 0 && emitted >= rowsBetween(split.offset(), split.end());
    if (emitted > 0 && !ended) {
      rows.seekToRow(rows.getRowNumber() + emitted);
    }
  }

  /** The whole table, because files without column names are matched by position. */
  private static TypeDescription schemaOf(HiveTable table) {
    TypeDescription schema = TypeDescription.createStruct();
    for (HiveColumn column : table.columns()) {
      schema.addField(column.name(), TypeDescription.fromString(column.type().text()));
    }
    return schema;
  }

  private long rowsBetween(long from, long to) {
    return file.getStripes().stream()
        .filter(stripe -> stripe.getOffset() >= from && stripe.getOffset() < to)
        .mapToLong(StripeInformation::getNumberOfRows)
        .sum();
  }

  private boolean[] included(TypeDescription schema) {
    boolean[] included = new boolean[schema.getMaximumId() + 1];
    included[0] = true;
    for (BoundColumn column : columns) {
      TypeDescription child = schema.getChildren().get(column.index());
      for (int id = child.getId(); id <= child.getMaximumId(); id++) {
        included[id] = true;
      }
    }
    return included;
  }

  @Override
  public boolean read(ReaderOutput<T> output) throws IOException {
    while (!output.isFull()) {
      if (nextInBatch == batch.size && !nextBatch()) {
        return false;
      }
      int row = nextInBatch++;
      setValues(row);
      emitted++;
      output.collect(assembler.row(emitted));
    }
    return true;
  }

  private boolean nextBatch() throws IOException {
    if (ended) {
      return false;
    }
    try {
      nextInBatch = 0;
      while (rows.nextBatch(batch)) {
        if (batch.size > 0) {
          return true;
        }
      }
      batch.size = 0;
      return false;
    } catch (IOException | RuntimeException e) {
      throw failure(e);
    }
  }

  private void setValues(int row) {
    for (int i = 0; i < readers.length; i++) {
      assembler.set(i, readers[i].read(batch.cols[columns.get(i).index()], row));
    }
  }

  @Override
  public FilePosition position() {
    return new FilePosition(FilePosition.NO_OFFSET, emitted);
  }

  @Override
  public void close() throws IOException {
    if (rows != null) {
      rows.close();
    }
    if (file != null) {
      file.close();
    }
  }

  private void closeQuietly() {
    try {
      close();
    } catch (IOException | RuntimeException e) {
      LOG.debug("Closing the damaged file {} failed", assembler.description(), e);
    }
  }

  /** Tells a store that failed, which may be tried again, from a file that is damaged. */
  private IOException failure(Exception e) {
    if (e instanceof WeftException known) {
      throw known;
    }
    if (fileSystem.failure() != null) {
      return fileSystem.failure();
    }
    throw new WeftException(
        ErrorCode.DATA,
        "The ORC file "
            + assembler.description()
            + " is damaged or no ORC file: "
            + e.getMessage()
            + "; replace the file or leave its partition out",
        e);
  }
}
