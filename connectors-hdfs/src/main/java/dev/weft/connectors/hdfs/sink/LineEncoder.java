package dev.weft.connectors.hdfs.sink;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * One line of UTF-8 per record: its {@code toString()}.
 *
 * @param <T> the records
 */
public final class LineEncoder<T> implements Encoder<T> {
  @Override
  public void encode(T record, OutputStream target) throws IOException {
    target.write(String.valueOf(record).getBytes(StandardCharsets.UTF_8));
    target.write('\n');
  }
}
