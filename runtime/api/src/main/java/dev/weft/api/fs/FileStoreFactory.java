package dev.weft.api.fs;

import dev.weft.api.config.Configuration;
import java.io.IOException;
import java.util.Set;

/** Service interface by which a plugin offers file systems; found with {@code ServiceLoader}. */
public interface FileStoreFactory {
  /** The URI schemes served, lower case. */
  Set<String> schemes();

  /**
   * Opens a store that serves every path of these schemes.
   *
   * @param configuration the process's configuration
   */
  FileStore open(Configuration configuration) throws IOException;
}
