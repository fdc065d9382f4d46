package dev.weft.connectors.hdfs.sink;

import dev.weft.api.connector.Committable;
import dev.weft.api.connector.Committer;
import dev.weft.api.fs.FileStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Publishes the files of a {@link FileSink}. */
final class FileCommitter implements Committer<StagedFile> {
  private final FileStore files;
  private final StagingLayout layout;
  private final boolean logs;

  FileCommitter(FileStore files, StagingLayout layout, boolean logs) {
    this.files = files;
    this.layout = layout;
    this.logs = logs;
  }

  @Override
  public void commit(List<Committable<StagedFile>> committables) throws IOException {
    commitDue(committables, true);
  }

  /**
   * A file that may still be replaced waits. Whether the files of a merged one were published one
   * by one meanwhile is seen from the staging directory, so that a record appears once whatever
   * another leader did.
   */
  @Override
  public List<Committable<StagedFile>> commitDue(
      List<Committable<StagedFile>> committables, boolean all) throws IOException {
    StagedFilePublisher publisher = new StagedFilePublisher(files);
    Set<String> settled = new HashSet<>();
    Set<String> published = new HashSet<>();
    long newest = 0;
    for (Committable<StagedFile> committable : committables) {
      StagedFile file = committable.value();
      newest = Math.max(newest, committable.checkpointId());
      if (!file.replaces().isEmpty()) {
        if (commitMerged(file, publisher, settled)) {
          published.add(layout.relativePath(file));
        }
      } else if (!file.mayMerge() && settled.add(file.stagedPath())) {
        publisher.publish(file, layout.bucketDirectory(file.bucket()));
        published.add(layout.relativePath(file));
      }
    }
    List<Committable<StagedFile>> waiting = new ArrayList<>();
    for (Committable<StagedFile> committable : committables) {
      StagedFile file = committable.value();
      if (!file.mayMerge() || settled.contains(file.stagedPath())) {
        continue;
      }
      if (all) {
        settled.add(file.stagedPath());
        publisher.publish(file, layout.bucketDirectory(file.bucket()));
        published.add(layout.relativePath(file));
      } else {
        waiting.add(committable);
      }
    }
    if (logs && !published.isEmpty()) {
      PublicationLog.append(files, layout, newest, published);
    }
    return waiting;
  }

  /**
   * Publishes a merged file in place of its parts, or drops it when its parts went out before.
   *
   * @return whether the merged file is there
   */
  private boolean commitMerged(
      StagedFile merged, StagedFilePublisher publisher, Set<String> settled) throws IOException {
    String directory = layout.bucketDirectory(merged.bucket());
    if (files.status(directory + "/" + merged.name()).isEmpty()) {
      for (String part : merged.replaces()) {
        if (files.status(part).isEmpty()) {
          files.delete(merged.stagedPath());
          return false;
        }
      }
    }
    publisher.publish(merged, directory);
    for (String part : merged.replaces()) {
      settled.add(part);
      files.delete(part);
    }
    return true;
  }

  @Override
  public void finish(boolean succeeded) throws IOException {
    layout.removeStaged(files);
  }

  @Override
  public void close() {}
}
