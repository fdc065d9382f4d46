package dev.weft.engine.plugin;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.protocol.Artifact;
import dev.weft.engine.world.CodeLoader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The code of jobs in this process. Jars are fetched into a local directory under their digest, so
 * each is fetched once; jobs with the same jars share a loader, which is closed when the last of
 * them is given up.
 */
public final class JobCode implements CodeLoader, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JobCode.class);

  private final FileStore files;
  private final Plugins plugins;
  private final Path cache;
  private final Map<List<String>, Shared> byDigests = new LinkedHashMap<>();

  private record Shared(JobClassLoader loader, Set<String> jobs) {}

  /**
   * Makes an empty set.
   *
   * @param files where artifacts lie
   * @param cache a local directory of this process, made when needed
   */
  public JobCode(FileStore files, Plugins plugins, Path cache) {
    this.files = files;
    this.plugins = plugins;
    this.cache = cache;
  }

  @Override
  public synchronized ClassLoader open(String jobId, List<Artifact> artifacts) throws IOException {
    List<String> digests = artifacts.stream().map(Artifact::sha256).toList();
    Shared shared = byDigests.get(digests);
    if (shared == null) {
      List<URL> jars = new ArrayList<>();
      for (Artifact artifact : artifacts) {
        Path jar = fetched(artifact);
        JobJars.check(jar);
        jars.add(jar.toUri().toURL());
      }
      shared = new Shared(plugins.jobLoader(jobId, jars), new LinkedHashSet<>());
      byDigests.put(digests, shared);
    }
    shared.jobs().add(jobId);
    return shared.loader();
  }

  private Path fetched(Artifact artifact) throws IOException {
    Path local = cache.resolve(artifact.sha256() + ".jar");
    if (!artifact.sha256().matches("[0-9a-f]{64}")) {
      throw new WeftException(
          ErrorCode.USER, "The jar " + artifact.name() + " has no SHA-256: " + artifact.sha256());
    }
    if (Files.exists(local) && JobJars.digest(local).equals(artifact.sha256())) {
      return local;
    }
    Files.createDirectories(cache);
    Path partial = cache.resolve(artifact.sha256() + ".part");
    try (InputStream in = files.open(artifact.path());
        OutputStream out = Files.newOutputStream(partial)) {
      in.transferTo(out);
    }
    String actual = JobJars.digest(partial);
    if (!actual.equals(artifact.sha256())) {
      Files.delete(partial);
      throw new WeftException(
          ErrorCode.USER,
          "The jar "
              + artifact.name()
              + " at "
              + artifact.path()
              + " has the SHA-256 "
              + actual
              + ", but "
              + artifact.sha256()
              + " was submitted; it was changed since: submit the job again");
    }
    Files.move(partial, local, StandardCopyOption.REPLACE_EXISTING);
    return local;
  }

  @Override
  public synchronized void close(String jobId) {
    byDigests
        .values()
        .removeIf(
            shared -> {
              shared.jobs().remove(jobId);
              if (shared.jobs().isEmpty()) {
                release(shared);
                return true;
              }
              return false;
            });
  }

  @Override
  public synchronized void close() {
    byDigests.values().forEach(JobCode::release);
    byDigests.clear();
  }

  private static void release(Shared shared) {
    try {
      shared.loader().close();
    } catch (IOException e) {
      LOG.warn("The jars of {} cannot be closed", shared.loader().getName(), e);
    }
  }
}
