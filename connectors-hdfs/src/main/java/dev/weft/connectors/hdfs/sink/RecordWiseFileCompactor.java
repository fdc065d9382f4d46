package dev.weft.connectors.hdfs.sink;

import dev.weft.api.connector.ReaderOutput;
import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStatus;
import dev.weft.api.fs.FileStore;
import dev.weft.connectors.hdfs.source.BulkFormat;
import dev.weft.connectors.hdfs.source.FileSplit;
import dev.weft.connectors.hdfs.source.RecordReader;
import dev.weft.connectors.hdfs.source.SourceFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads all records and writes them into one file, for formats that can not be put one behind
 * another, such as ORC and Parquet.
 *
 * @param <T> the records
 */
public final class RecordWiseFileCompactor<T> implements FileCompactor {
  private static final long serialVersionUID = 1;
  private static final int RECORDS_MAX = 1024;

  private final BulkFormat<T> reading;
  private final RecordWriterFactory<T> writing;

  /** Reads and writes by the formats. */
  public RecordWiseFileCompactor(BulkFormat<T> reading, RecordWriterFactory<T> writing) {
    this.reading = reading;
    this.writing = writing;
  }

  @Override
  public void compact(FileStore files, List<String> inputFiles, FileOutput output)
      throws IOException {
    RecordWriter<T> writer = writing.open(output);
    for (String path : inputFiles) {
      FileStatus status = files.status(path).orElseThrow(() -> new NoSuchFileException(path));
      SourceFile file = new SourceFile(path, status.length(), status.modifiedMillis(), "");
      Rows<T> rows = new Rows<>();
      try (RecordReader<T> reader =
          reading.open(files, new FileSplit(file, 0, status.length(), List.of()))) {
        for (boolean more = true; more; ) {
          more = reader.read(rows);
          for (T record : rows.taken) {
            writer.write(record);
          }
          rows.taken.clear();
        }
      }
    }
    writer.finish();
  }

  private static final class Rows<T> implements ReaderOutput<T> {
    private final List<T> taken = new ArrayList<>();

    @Override
    public void collect(T record, long timestamp) {
      taken.add(record);
    }

    @Override
    public boolean isFull() {
      return taken.size() >= RECORDS_MAX;
    }
  }
}
