package dev.weft.connectors.hdfs.sink;

import dev.weft.api.connector.SimpleVersionedSerializer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Writes staged files' descriptions in a versioned form. */
public final class StagedFileSerializer implements SimpleVersionedSerializer<StagedFile> {
  /** The one instance; it has no state. */
  public static final StagedFileSerializer INSTANCE = new StagedFileSerializer();

  private static final int VERSION = 2;

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
    target.writeBoolean(file.mayMerge());
    target.writeInt(file.replaces().size());
    for (String replaced : file.replaces()) {
      target.writeUTF(replaced);
    }
    return bytes.toByteArray();
  }

  @Override
  public StagedFile deserialize(int version, byte[] serialized) throws IOException {
    if (version < 1 || version > VERSION) {
      throw new IOException(
          "staged files of version " + version + " are unknown; this is version " + VERSION);
    }
    DataInputStream source = new DataInputStream(new ByteArrayInputStream(serialized));
    StagedFile file =
        new StagedFile(
            source.readUTF(),
            source.readUTF(),
            source.readUTF(),
            source.readLong(),
            source.readInt(),
            source.readLong());
    if (version == 1) {
      return file;
    }
    boolean mayMerge = source.readBoolean();
    List<String> replaces = new ArrayList<>();
    for (int left = source.readInt(); left > 0; left--) {
      replaces.add(source.readUTF());
    }
    return new StagedFile(
        file.stagedPath(),
        file.bucket(),
        file.name(),
        file.length(),
        file.crc32c(),
        file.records(),
        mayMerge,
        replaces);
  }
}
