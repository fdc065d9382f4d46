package dev.weft.connectors.hdfs.source;

import dev.weft.api.connector.SimpleVersionedSerializer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Writes the enumerator's state in a versioned form. */
final class FileEnumeratorStateSerializer
    implements SimpleVersionedSerializer<FileEnumeratorState> {
  static final FileEnumeratorStateSerializer INSTANCE = new FileEnumeratorStateSerializer();

  @Override
  public int getVersion() {
    return FileSplitSerializer.INSTANCE.getVersion();
  }

  @Override
  public byte[] serialize(FileEnumeratorState state) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    DataOutputStream target = new DataOutputStream(bytes);
    target.writeBoolean(state.listed());
    target.writeInt(state.pending().size());
    for (FileSplit split : state.pending()) {
      FileSplitSerializer.write(split, target);
    }
    target.writeInt(state.seen().size());
    for (String path : state.seen()) {
      FileSplitSerializer.writeText(path, target);
    }
    return bytes.toByteArray();
  }

  @Override
  public FileEnumeratorState deserialize(int version, byte[] serialized) throws IOException {
    FileSplitSerializer.checkVersion(version);
    DataInputStream source = new DataInputStream(new ByteArrayInputStream(serialized));
    boolean listed = source.readBoolean();
    List<FileSplit> pending = new ArrayList<>();
    for (int count = source.readInt(); count > 0; count--) {
      pending.add(FileSplitSerializer.read(source));
    }
    List<String> seen = new ArrayList<>();
    for (int count = source.readInt(); count > 0; count--) {
      seen.add(FileSplitSerializer.readText(source));
    }
    return new FileEnumeratorState(listed, pending, seen);
  }
}
