package dev.weft.connectors.hdfs.sink;

import dev.weft.api.connector.SimpleVersionedSerializer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** Writes staged files' descriptions in a versioned form. */
public final class StagedFileSerializer implements SimpleVersionedSerializer<StagedFile> {
  /** The one instance; it has no state. */
  public static final StagedFileSerializer INSTANCE = new StagedFileSerializer();

  private static final int VERSION = 1;

  private StagedFileSerializer() {}

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(StagedFile file) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    DataOutputStream target = new DataOutputStream(bytes);
    target.writeUTF(file.stagedPath());
    target.writeUTF(file.bucket());
    target.writeUTF(file.name());
    target.writeLong(file.length());
    target.writeInt(file.crc32c());
    target.writeLong(file.records());
    return bytes.toByteArray();
  }

  @Override
  public StagedFile deserialize(int version, byte[] serialized) throws IOException {
    if (version != VERSION) {
      throw new IOException(
          "staged files of version " + version + " are unknown; this is version " + VERSION);
    }
    DataInputStream source = new DataInputStream(new ByteArrayInputStream(serialized));
    return new StagedFile(
        source.readUTF(),
        source.readUTF(),
        source.readUTF(),
        source.readLong(),
        source.readInt(),
        source.readLong());
  }
}
