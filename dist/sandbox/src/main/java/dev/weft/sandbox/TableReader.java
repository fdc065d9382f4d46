package dev.weft.sandbox;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hive.metastore.api.FieldSchema;
import org.apache.hadoop.hive.metastore.api.Partition;
import org.apache.hadoop.hive.metastore.api.StorageDescriptor;
import org.apache.hadoop.hive.metastore.api.Table;
import org.apache.orc.OrcFile;
import org.apache.orc.Reader;
import org.apache.orc.RecordReader;
import org.apache.orc.TypeDescription;
import org.apache.orc.storage.ql.exec.vector.BytesColumnVector;
import org.apache.orc.storage.ql.exec.vector.ColumnVector;
import org.apache.orc.storage.ql.exec.vector.LongColumnVector;
import org.apache.orc.storage.ql.exec.vector.VectorizedRowBatch;
import org.apache.thrift.TException;

/**
 * Reads a table as the metastore and its files say, with ORC's reader and Hive's client and nothing
 * of Weft: what it shows is what any other program would see.
 */
final class TableReader {
  private static final String NULL = "NULL";
  private static final String DELIMITER_DEFAULT = "\001";

  private final Warehouse warehouse;
  private final int limit;
  private final List<List<String>> rows = new ArrayList<>();
  private long rowsInFiles;

  TableReader(Warehouse warehouse, int limit) {
    this.warehouse = warehouse;
    this.limit = limit;
  }

  /**
   * The first rows of a table, partitions in the order of their names, files too.
   *
   * @param columns names, those of the partition last
   * @param rows values as text, at most the limit
   * @param partitions how many the metastore knows; 0 for a table without partition columns
   * @param rowsTotal in all files, or -1 where only reading everything could tell
   */
  record Content(List<String> columns, List<List<String>> rows, int partitions, long rowsTotal) {}

  Content read(String database, String name) {
    try {
      Table table = warehouse.table(database, name);
      List<String> columns = new ArrayList<>();
      table.getSd().getCols().forEach(column -> columns.add(column.getName()));
      table.getPartitionKeys().forEach(column -> columns.add(column.getName()));
      if (table.getPartitionKeys().isEmpty()) {
        readDirectory(table.getSd(), table, List.of());
        return new Content(columns, rows, 0, total(table.getSd()));
      }
      List<Partition> partitions =
          new ArrayList<>(warehouse.metastore().listPartitions(database, name, (short) -1));
      partitions.sort(Comparator.comparing(partition -> partition.getValues().toString()));
      for (Partition partition : partitions) {
        if (rows.size() < limit || isOrc(partition.getSd())) {
          readDirectory(partition.getSd(), table, partition.getValues());
        }
      }
      return new Content(columns, rows, partitions.size(), total(table.getSd()));
    } catch (TException | IOException e) {
      throw new SandboxException(
          "Cannot read " + database + "." + name + ": " + e.getMessage() + ".", e);
    }
  }

  private long total(StorageDescriptor storage) {
    return isOrc(storage) ? rowsInFiles : -1;
  }

  private static boolean isOrc(StorageDescriptor storage) {
    return storage.getInputFormat().endsWith("OrcInputFormat");
  }

  private void readDirectory(StorageDescriptor storage, Table table, List<String> values)
      throws IOException {
    FileStatus[] files =
        warehouse
            .files()
            .listStatus(
                new Path(storage.getLocation()),
                path -> !path.getName().startsWith(".") && !path.getName().startsWith("_"));
    Arrays.sort(files, Comparator.comparing(file -> file.getPath().getName()));
    for (FileStatus file : files) {
      if (!file.isFile()) {
        continue;
      }
      if (isOrc(storage)) {
        readOrc(file.getPath(), table, values);
      } else if (storage.getInputFormat().endsWith("TextInputFormat")) {
        readText(file.getPath(), storage, table, values);
      } else {
        throw new IOException("no reader for " + storage.getInputFormat());
      }
    }
  }

  private void readText(
      Path file, StorageDescriptor storage, Table table, List<String> partitionValues)
      throws IOException {
    Map<String, String> parameters = storage.getSerdeInfo().getParameters();
    String delimiter = Pattern.quote(parameters.getOrDefault("field.delim", DELIMITER_DEFAULT));
    int columns = table.getSd().getColsSize();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(warehouse.files().open(file), StandardCharsets.UTF_8))) {
      String line;
      while (rows.size() < limit && (line = in.readLine()) != null) {
        String[] fields = line.split(delimiter, -1);
        List<String> row = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
          row.add(i < fields.length && !fields[i].equals("\\N") ? fields[i] : NULL);
        }
        row.addAll(partitionValues);
        rows.add(row);
      }
    }
  }

  private void readOrc(Path file, Table table, List<String> partitionValues) throws IOException {
    List<FieldSchema> columns = table.getSd().getCols();
    try (Reader reader = OrcFile.createReader(file, OrcFile.readerOptions(warehouse.conf()))) {
      rowsInFiles += reader.getNumberOfRows();
      List<TypeDescription> types = reader.getSchema().getChildren();
      VectorizedRowBatch batch = reader.getSchema().createRowBatch();
      try (RecordReader records = reader.rows()) {
        while (rows.size() < limit && records.nextBatch(batch)) {
          for (int r = 0; r < batch.size && rows.size() < limit; r++) {
            List<String> row = new ArrayList<>();
            for (int c = 0; c < columns.size(); c++) {
              row.add(c < types.size() ? value(batch.cols[c], types.get(c), r) : NULL);
            }
            row.addAll(partitionValues);
            rows.add(row);
          }
        }
      }
    }
  }

  private static String value(ColumnVector vector, TypeDescription type, int row) {
    int r = vector.isRepeating ? 0 : row;
    if (!vector.noNulls && vector.isNull[r]) {
      return NULL;
    }
    return switch (type.getCategory()) {
      case DATE -> LocalDate.ofEpochDay(((LongColumnVector) vector).vector[r]).toString();
      case BOOLEAN -> Boolean.toString(((LongColumnVector) vector).vector[r] != 0);
      case STRING, CHAR, VARCHAR -> ((BytesColumnVector) vector).toString(r);
      default -> {
        StringBuilder text = new StringBuilder();
        vector.stringifyValue(text, r);
        yield text.toString();
      }
    };
  }

  /** The rows below their columns' names, aligned, then a line of counts. */
  static String format(Content content) {
    int count = content.columns().size();
    int[] widths = new int[count];
    List<List<String>> all = new ArrayList<>();
    all.add(content.columns());
    all.addAll(content.rows());
    for (List<String> row : all) {
      for (int c = 0; c < count; c++) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : all) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < count; c++) {
        String cell = row.get(c);
        line.append(cell).append(" ".repeat(widths[c] - cell.length() + 2));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    text.append(content.rows().size()).append(" rows");
    if (content.rowsTotal() >= 0) {
      text.append(" of ").append(content.rowsTotal());
    }
    text.append(", ").append(content.partitions()).append(" partitions\n");
    return text.toString();
  }
}
