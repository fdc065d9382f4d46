package dev.weft.connectors.hdfs.source;

import dev.weft.api.config.MemorySize;
import dev.weft.api.connector.ReaderOutput;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileStore;
import dev.weft.api.types.TypeInformation;
import java.io.IOException;

/** Lines of UTF-8 text; {@code .gz} and {@code .deflate} files are read whole by one reader. */
public final class TextLineFormat implements BulkFormat<String> {
  private static final int LINE_BYTES_MAX = 64 << 20;

  private final int lineBytesMax;

  /** Lines up to 64 MiB. */
  public TextLineFormat() {
    this.lineBytesMax = LINE_BYTES_MAX;
  }

  /** Lines up to the given size; a longer one fails the job. */
  public TextLineFormat(MemorySize longestLine) {
    if (longestLine.bytes() <= 0 || longestLine.bytes() > Integer.MAX_VALUE / 2) {
      throw new WeftException(
          ErrorCode.USER, "The longest line must be between 1 byte and 1 GiB: " + longestLine);
    }
    this.lineBytesMax = (int) longestLine.bytes();
  }

  @Override
  public TypeInformation<String> producedType() {
    return new TypeInformation.BasicType<>(String.class, TypeInformation.Kind.STRING);
  }

  @Override
  public boolean splittable(SourceFile file) {
    return Compression.of(file.path()) == Compression.NONE;
  }

  @Override
  public RecordReader<String> open(FileStore files, FileSplit split) throws IOException {
    return new Lines(LineReader.open(files, split, lineBytesMax));
  }

  private record Lines(LineReader reader) implements RecordReader<String> {
    @Override
    public boolean read(ReaderOutput<String> output) throws IOException {
      while (!output.isFull()) {
        if (!reader.next()) {
          return false;
        }
        output.collect(reader.text());
      }
      return true;
    }

    @Override
    public FilePosition position() {
      return reader.position();
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }
}
