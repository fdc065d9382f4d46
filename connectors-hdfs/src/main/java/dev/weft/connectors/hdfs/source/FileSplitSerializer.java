package dev.weft.connectors.hdfs.source;

import dev.weft.api.connector.SimpleVersionedSerializer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes file splits, with their positions, in a versioned form. */
public final class FileSplitSerializer implements SimpleVersionedSerializer<FileSplit> {
  /** The one instance; it has no state. */
  public static final FileSplitSerializer INSTANCE = new FileSplitSerializer();

  private static final int VERSION = 1;
  private static final int TEXT_BYTES_MAX = 16 << 20;

  private FileSplitSerializer() {}

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(FileSplit split) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
    write(split, new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  @Override
  public FileSplit deserialize(int version, byte[] serialized) throws IOException {
    checkVersion(version);
    DataInputStream source = new DataInputStream(new ByteArrayInputStream(serialized));
    FileSplit split = read(source);
    if (source.available() > 0) {
      throw new IOException("a file split has " + source.available() + " bytes too many");
    }
    return split;
  }

  static void checkVersion(int version) throws IOException {
    if (version != VERSION) {
      throw new IOException(
          "file splits of version " + version + " are unknown; this is version " + VERSION);
    }
  }

  static void write(FileSplit split, DataOutputStream target) throws IOException {
    writeText(split.file().path(), target);
    target.writeLong(split.file().length());
    target.writeLong(split.file().modifiedMillis());
    writeText(split.file().attachment(), target);
    target.writeLong(split.offset());
    target.writeLong(split.length());
    target.writeInt(split.hosts().size());
    for (String host : split.hosts()) {
      writeText(host, target);
    }
    target.writeLong(split.position().offset());
    target.writeLong(split.position().recordsToSkip());
  }

  static FileSplit read(DataInputStream source) throws IOException {
    SourceFile file =
        new SourceFile(readText(source), source.readLong(), source.readLong(), readText(source));
    long offset = source.readLong();
    long length = source.readLong();
    int count = source.readInt();
    List<String> hosts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      hosts.add(readText(source));
    }
    FilePosition position = new FilePosition(source.readLong(), source.readLong());
    return new FileSplit(file, offset, length, hosts, position);
  }

  static void writeText(String text, DataOutputStream target) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    target.writeInt(bytes.length);
    target.write(bytes);
  }

  static String readText(DataInputStream source) throws IOException {
    int length = source.readInt();
    if (length < 0 || length > TEXT_BYTES_MAX) {
      throw new IOException("a text in a file split claims " + length + " bytes");
    }
    byte[] bytes = source.readNBytes(length);
    if (bytes.length < length) {
      throw new IOException("a file split ends within a text");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
