package dev.weft.engine.server;

import dev.weft.api.fs.FileStore;
import dev.weft.engine.cluster.JournalContract;
import dev.weft.engine.cluster.LeaderElection;
import dev.weft.engine.server.host.LocalFileStore;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract of the journal in local files. */
class FileJournalTest extends JournalContract {
  @TempDir private Path directory;

  @Override
  protected FileStore files() {
    return new LocalFileStore();
  }

  @Override
  protected String directory() {
    return "file://" + directory;
  }

  @Override
  protected LeaderElection open() {
    return new FileElection(new LocalFileStore(), directory() + "/election");
  }

  /** The newest candidate leads at once. */
  @Override
  protected void depose(LeaderElection leader) {}
}
