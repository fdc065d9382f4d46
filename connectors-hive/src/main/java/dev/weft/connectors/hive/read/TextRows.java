package dev.weft.connectors.hive.read;

import dev.weft.api.connector.ReaderOutput;
import dev.weft.api.fs.FileStore;
import dev.weft.connectors.hdfs.source.FilePosition;
import dev.weft.connectors.hdfs.source.FileSplit;
import dev.weft.connectors.hdfs.source.LineReader;
import dev.weft.connectors.hdfs.source.RecordReader;
import dev.weft.connectors.hive.table.StorageFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the delimited text of Hive's LazySimpleSerDe. A text that is no value of its column's type
 * becomes NULL, as in Hive; how many there were is logged when the range ends.
 *
 * @param <T> the rows
 */
final class TextRows<T> implements RecordReader<T> {
  private static final Logger LOG = LoggerFactory.getLogger(TextRows.class);
  private static final int LINE_BYTES_MAX = 64 << 20;
  private static final byte FIELD_DELIMITER = 1;

  private final LineReader lines;
  private final RowAssembler<T> assembler;
  private final List<BoundColumn> columns;
  private final byte delimiter;
  private final int escape;
  private final byte[] nullText;
  private final boolean lastTakesRest;
  private final int[] starts;
  private final int[] ends;
  private final long[] malformed;

  private TextRows(LineReader lines, StorageFormat format, RowAssembler<T> assembler) {
    Map<String, String> properties = format.properties();
    this.lines = lines;
    this.assembler = assembler;
    this.columns = assembler.fileColumns();
    String separator =
        properties.getOrDefault("field.delim", properties.get("serialization.format"));
    this.delimiter = byteOf(separator, FIELD_DELIMITER);
    String escapeText = properties.get("escape.delim");
    this.escape = escapeText == null ? -1 : byteOf(escapeText, (byte) '\\') & 0xff;
    this.nullText =
        properties
            .getOrDefault("serialization.null.format", "\\N")
            .getBytes(StandardCharsets.UTF_8);
    int fields = columns.stream().mapToInt(BoundColumn::index).max().orElse(-1) + 1;
    this.lastTakesRest =
        fields == assembler.tableColumns()
            && Boolean.parseBoolean(properties.get("serialization.last.column.takes.rest"));
    this.starts = new int[fields];
    this.ends = new int[fields];
    this.malformed = new long[columns.size()];
  }

  static <T> TextRows<T> open(
      FileStore files, FileSplit split, StorageFormat format, RowAssembler<T> assembler)
      throws IOException {
    LineReader lines = LineReader.open(files, split, LINE_BYTES_MAX);
    if (split.offset() == 0 && split.position().atBeginning()) {
      String header = format.properties().getOrDefault("skip.header.line.count", "0").trim();
      for (int i = Integer.parseInt(header); i > 0 && lines.next(); i--) {
        LOG.debug("Skipped a header line of {}", split.file().path());
      }
    }
    return new TextRows<>(lines, format, assembler);
  }

  @Override
  public boolean read(ReaderOutput<T> output) throws IOException {
    while (!output.isFull()) {
      if (!lines.next()) {
        return false;
      }
      output.collect(parse());
    }
    return true;
  }

  @Override
  public FilePosition position() {
    return lines.position();
  }

  @Override
  public void close() throws IOException {
    for (int i = 0; i < malformed.length; i++) {
      if (malformed[i] > 0) {
        LOG.warn(
            "{} values of column {} in {} are no {} and became NULL",
            malformed[i],
            columns.get(i).column().name(),
            assembler.description(),
            columns.get(i).column().type());
      }
    }
    lines.close();
  }

  private T parse() {
    byte[] bytes = lines.buffer();
    int present = findFields(bytes, lines.start(), lines.start() + lines.length());
    for (int i = 0; i < columns.size(); i++) {
      BoundColumn column = columns.get(i);
      int field = column.index();
      Object value = null;
      if (field < present && !isNull(bytes, starts[field], ends[field])) {
        value = valueOf(bytes, starts[field], ends[field], column);
        if (value == null) {
          malformed[i]++;
        }
      }
      assembler.set(i, value);
    }
    return assembler.row(lines.lineOffset());
  }

  /** Finds where the fields up to the last one wanted begin and end; returns how many there are. */
  private int findFields(byte[] bytes, int from, int to) {
    int wanted = starts.length;
    int field = 0;
    int start = from;
    for (int i = from; i < to && field < wanted; i++) {
      byte b = bytes[i];
      if (b == delimiter && !(lastTakesRest && field == wanted - 1)) {
        starts[field] = start;
        ends[field++] = i;
        start = i + 1;
      } else if ((b & 0xff) == escape) {
        i++;
      }
    }
    if (field < wanted) {
      starts[field] = start;
      ends[field++] = to;
    }
    return field;
  }

  private boolean isNull(byte[] bytes, int start, int end) {
    return Arrays.equals(bytes, start, end, nullText, 0, nullText.length);
  }

  private Object valueOf(byte[] bytes, int start, int end, BoundColumn column) {
    if (escape < 0) {
      return TextValue.parse(bytes, start, end, column);
    }
    byte[] plain = unescape(bytes, start, end);
    return TextValue.parse(plain, 0, plain.length, column);
  }

  private byte[] unescape(byte[] bytes, int start, int end) {
    byte[] plain = new byte[end - start];
    int length = 0;
    for (int i = start; i < end; i++) {
      if ((bytes[i] & 0xff) == escape && i + 1 < end) {
        i++;
        plain[length++] =
            switch (bytes[i]) {
              case 'r' -> (byte) '\r';
              case 'n' -> (byte) '\n';
              default -> bytes[i];
            };
      } else {
        plain[length++] = bytes[i];
      }
    }
    return Arrays.copyOf(plain, length);
  }

  /** A delimiter as Hive reads it: a number is the byte's code, else the first character counts. */
  private static byte byteOf(String text, byte otherwise) {
    if (text == null || text.isEmpty()) {
      return otherwise;
    }
    try {
      return Byte.parseByte(text);
    } catch (NumberFormatException e) {
      return (byte) text.charAt(0);
    }
  }
}
