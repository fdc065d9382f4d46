package dev.weft.connectors.hdfs.source;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileInput;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/** How a text file is compressed, told by the end of its name. */
public enum Compression {
  /** Not at all. */
  NONE,
  /** {@code .gz}: gzip, one member or several. */
  GZIP,
  /** {@code .deflate}: zlib. */
  DEFLATE;

  private static final int BUFFER_BYTES = 64 << 10;
  private static final Set<String> REFUSED =
      Set.of("bz2", "snappy", "lz4", "lzo", "zst", "zstd", "xz", "br", "z", "zip", "7z", "tar");

  /**
   * The compression of a file.
   *
   * @throws WeftException with code USER for a compression that cannot be read
   */
  public static Compression of(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    int dot = name.lastIndexOf('.');
    String extension = dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    if (REFUSED.contains(extension)) {
      throw new WeftException(
          ErrorCode.USER,
          "The text file '"
              + path
              + "' is compressed as ."
              + extension
              + ", which is not supported; use .gz, .deflate or no compression");
    }
    return switch (extension) {
      case "gz", "gzip" -> GZIP;
      case "deflate" -> DEFLATE;
      default -> NONE;
    };
  }

  /** The uncompressed bytes of a file that was just opened. */
  InputStream open(FileInput input) throws IOException {
    return switch (this) {
      case NONE -> input;
      case GZIP -> new GZIPInputStream(new Remaining(input), BUFFER_BYTES);
      case DEFLATE -> new InflaterInputStream(input);
    };
  }

  /** The JDK looks for a further gzip member only where something is said to be available. */
  private static final class Remaining extends FilterInputStream {
    private final FileInput input;

    Remaining(FileInput input) {
      super(input);
      this.input = input;
    }

    @Override
    public int available() throws IOException {
      return (int) Math.min(Integer.MAX_VALUE, input.length() - input.position());
    }
  }
}
