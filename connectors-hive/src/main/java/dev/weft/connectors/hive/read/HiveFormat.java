package dev.weft.connectors.hive.read;

import dev.weft.api.fs.FileStore;
import dev.weft.api.types.TypeInformation;
import dev.weft.connectors.hdfs.source.BulkFormat;
import dev.weft.connectors.hdfs.source.Compression;
import dev.weft.connectors.hdfs.source.FileSplit;
import dev.weft.connectors.hdfs.source.RecordReader;
import dev.weft.connectors.hdfs.source.SourceFile;
import dev.weft.connectors.hive.table.HiveTable;
import dev.weft.connectors.hive.table.StorageFormat;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Reads the files of a table, each in the format of its partition.
 *
 * @param <T> the rows
 */
public final class HiveFormat<T> implements BulkFormat<T> {
  private final HiveTable table;
  private final RowFactory<T> factory;

  /** A format that makes rows of some of the table's columns. */
  public HiveFormat(HiveTable table, RowFactory<T> factory) {
    this.table = table;
    this.factory = factory;
  }

  @Override
  public TypeInformation<T> producedType() {
    return factory.type();
  }

  @Override
  public boolean splittable(SourceFile file) {
    try {
      PartitionAttachment partition = PartitionAttachment.decode(file.attachment());
      return partition.format().kind() == StorageFormat.Kind.ORC
          || Compression.of(file.path()) == Compression.NONE;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public RecordReader<T> open(FileStore files, FileSplit split) throws IOException {
    PartitionAttachment partition = PartitionAttachment.decode(split.file().attachment());
    RowAssembler<T> assembler = new RowAssembler<>(table, factory, partition, split.file().path());
    return partition.format().kind() == StorageFormat.Kind.ORC
        ? OrcRows.open(files, split, table, assembler)
        : TextRows.open(files, split, partition.format(), assembler);
  }
}
