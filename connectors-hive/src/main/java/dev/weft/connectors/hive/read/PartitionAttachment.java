package dev.weft.connectors.hive.read;

import dev.weft.connectors.hive.table.StorageFormat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a split tells of the partition that its file belongs to.
 *
 * @param name the partition's name, empty for a table without partitions
 * @param values of the partition keys; null for null
 * @param format how the files are written
 */
record PartitionAttachment(String name, List<String> values, StorageFormat format) {
  private static final int VERSION = 1;

  String encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream target = new DataOutputStream(bytes);
    try {
      target.writeByte(VERSION);
      target.writeUTF(name);
      target.writeShort(values.size());
      for (String value : values) {
        target.writeBoolean(value != null);
        target.writeUTF(value == null ? "" : value);
      }
      target.writeUTF(format.kind().name());
      target.writeShort(format.properties().size());
      for (Map.Entry<String, String> property : format.properties().entrySet()) {
        target.writeUTF(property.getKey());
        target.writeUTF(property.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("partition " + name + " cannot be described", e);
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  static PartitionAttachment decode(String text) throws IOException {
    DataInputStream source =
        new DataInputStream(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
    int version = source.readByte();
    if (version != VERSION) {
      throw new IOException("a Hive split of version " + version + " is unknown");
    }
    String name = source.readUTF();
    List<String> values = new ArrayList<>();
    for (int count = source.readShort(); count > 0; count--) {
      boolean present = source.readBoolean();
      String value = source.readUTF();
      values.add(present ? value : null);
    }
    StorageFormat.Kind kind = StorageFormat.Kind.valueOf(source.readUTF());
    Map<String, String> properties = new LinkedHashMap<>();
    for (int count = source.readShort(); count > 0; count--) {
      properties.put(source.readUTF(), source.readUTF());
    }
    return new PartitionAttachment(name, values, new StorageFormat(kind, properties));
  }
}
