package dev.weft.engine.server;

import dev.weft.engine.protocol.Artifact;
import dev.weft.engine.world.CodeLoader;
import java.util.List;

/** The code of jobs whose classes this process has loaded already. */
record FixedCode(ClassLoader loader) implements CodeLoader {
  @Override
  public ClassLoader open(String jobId, List<Artifact> artifacts) {
    return loader;
  }

  @Override
  public void close(String jobId) {
    // The loader belongs to whoever made it.
  }
}
