package dev.weft.engine.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStatus;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.protocol.Artifact;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobCodeTest {
  @TempDir Path directory;
  private final Jars jars = new Jars();
  private JobCode code;

  /** A store that can only be read, whole files at a time. */
  private static final class Jars implements FileStore {
    final Map<String, byte[]> contents = new TreeMap<>();
    int opened;

    @Override
    public FileInput open(String path) throws IOException {
      opened++;
      byte[] content = contents.get(path);
      if (content == null) {
        throw new NoSuchFileException(path);
      }
      ByteArrayInputStream in = new ByteArrayInputStream(content);
      return new FileInput() {
        @Override
        public long length() {
          return content.length;
        }

        @Override
        public long position() {
          return content.length - in.available();
        }

        @Override
        public void seek(long offset) {
          throw new UnsupportedOperationException();
        }

        @Override
        public int read() {
          return in.read();
        }
      };
    }

    @Override
    public FileOutput create(String path) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<FileStatus> status(String path) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<FileStatus> list(String path) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void createDirectories(String path) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void rename(String from, String to) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean delete(String path) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  @BeforeEach
  void openEmptyCache() {
    Plugins plugins = Plugins.onClassPath(JobCodeTest.class.getClassLoader());
    code = new JobCode(jars, plugins, directory.resolve("cache"));
  }

  private Artifact artifact(String name, String entry) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream out = new JarOutputStream(bytes)) {
      out.putNextEntry(new ZipEntry(entry));
    }
    Path file = Files.write(directory.resolve(name), bytes.toByteArray());
    jars.contents.put("/" + name, bytes.toByteArray());
    return new Artifact(name, "/" + name, JobJars.digest(file));
  }

  @Test
  void jobsWithTheSameJarsShareOneLoaderUntilTheLastIsGivenUp() throws IOException {
    List<Artifact> artifacts = List.of(artifact("a.jar", "marker"));
    ClassLoader first = code.open("1", artifacts);
    assertSame(first, code.open("2", artifacts));
    assertSame(first, code.open("1", artifacts));
    assertTrue(first.getResource("marker") != null);
    code.close("1");
    assertSame(first, code.open("3", artifacts));
    code.close("2");
    code.close("3");
    assertNotSame(first, code.open("4", artifacts));
    assertEquals(1, jars.opened);
  }

  @Test
  void changedJarIsRefusedAndNotKept() throws IOException {
    Artifact artifact = artifact("a.jar", "marker");
    jars.contents.put("/a.jar", new byte[] {1, 2, 3});
    WeftException e = assertThrows(WeftException.class, () -> code.open("1", List.of(artifact)));
    assertTrue(e.getMessage().contains(artifact.sha256()), e.getMessage());
    assertFalse(Files.exists(directory.resolve("cache/" + artifact.sha256() + ".jar")));
  }

  @Test
  void digestThatIsNoneNeverBecomesAPath() {
    Artifact artifact = new Artifact("a.jar", "/a.jar", "../../evil");
    assertThrows(WeftException.class, () -> code.open("1", List.of(artifact)));
  }
}
