package dev.weft.connectors.hdfs.sink;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * One line per record: its {@code toString()}.
 *
 * @param <T> the records
 */
public final class LineEncoder<T> implements Encoder<T> {
  private static final long serialVersionUID = 1;

  private final String charset;

  /** Lines in UTF-8. */
  public LineEncoder() {
    this(StandardCharsets.UTF_8.name());
  }

  /**
   * Lines in a character set.
   *
   * @throws java.nio.charset.UnsupportedCharsetException when there is none of that name
   */
  public LineEncoder(String charset) {
    this.charset = Charset.forName(charset).name();
  }

  @Override
  public void encode(T record, OutputStream target) throws IOException {
    target.write(String.valueOf(record).getBytes(charset));
    target.write("\n".getBytes(charset));
  }
}
