package dev.weft.connectors.hdfs.sink;

import dev.weft.api.connector.Committable;
import dev.weft.api.connector.Committer;
import dev.weft.api.fs.FileStore;
import java.io.IOException;
import java.util.List;

/** Publishes the files of a {@link FileSink}. */
final class FileCommitter implements Committer<StagedFile> {
  private final FileStore files;
  private final StagingLayout layout;

  FileCommitter(FileStore files, StagingLayout layout) {
    this.files = files;
    this.layout = layout;
  }

  @Override
  public void commit(List<Committable<StagedFile>> committables) throws IOException {
    StagedFilePublisher publisher = new StagedFilePublisher(files);
    for (Committable<StagedFile> committable : committables) {
      StagedFile file = committable.value();
      publisher.publish(file, layout.bucketDirectory(file.bucket()));
    }
  }

  @Override
  public void finish(boolean succeeded) throws IOException {
    files.delete(layout.stagingDirectory());
  }

  @Override
  public void close() {}
}
