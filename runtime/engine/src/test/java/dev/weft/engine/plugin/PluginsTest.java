package dev.weft.engine.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileStoreFactory;
import dev.weft.engine.protocol.Artifact;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginsTest {
  private static final String STORE =
      """
      package dev.weft.connectors.hdfs;
      public class Store implements dev.weft.api.fs.FileStoreFactory {
        public java.util.Set<String> schemes() { return java.util.Set.of(lib.Version.TEXT); }
        public dev.weft.api.fs.FileStore open(dev.weft.api.config.Configuration c) {
          return null;
        }
      }
      """;

  @TempDir Path directory;
  private final ClassLoader application = PluginsTest.class.getClassLoader();

  private void jar(Path jar, Path extraClassPath, Map<String, String> sources, String service)
      throws IOException {
    Path work = Files.createTempDirectory(directory, "compile");
    for (Map.Entry<String, String> source : sources.entrySet()) {
      Path file = work.resolve("src").resolve(source.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, source.getValue());
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    String classPath =
        System.getProperty("java.class.path")
            + (extraClassPath == null ? "" : ":" + extraClassPath);
    List<String> options =
        List.of("-classpath", classPath, "-d", work.resolve("out").toString(), "-proc:none");
    try (var manager = compiler.getStandardFileManager(null, null, null)) {
      var units =
          manager.getJavaFileObjectsFromPaths(
              sources.keySet().stream().map(name -> work.resolve("src").resolve(name)).toList());
      StringWriter messages = new StringWriter();
      assertTrue(
          compiler.getTask(messages, manager, null, options, null, units).call(),
          messages.toString());
    }
    Files.createDirectories(jar.getParent());
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(work.resolve("out"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new ZipEntry(work.resolve("out").relativize(file).toString()));
        out.write(Files.readAllBytes(file));
      }
      if (service != null) {
        out.putNextEntry(new ZipEntry("META-INF/services/" + FileStoreFactory.class.getName()));
        out.write(service.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      }
    }
  }

  private static String version(String text) {
    return "package lib; public class Version { public static final String TEXT ="
        + " String.valueOf(\""
        + text
        + "\"); }";
  }

  private Path plugins;
  private Path userJar;

  @BeforeEach
  void makeJars() throws IOException {
    plugins = directory.resolve("plugins");
    Path hdfs = plugins.resolve("hdfs/hdfs.jar");
    jar(
        hdfs,
        null,
        Map.of("dev/weft/connectors/hdfs/Store.java", STORE, "lib/Version.java", version("plugin")),
        "dev.weft.connectors.hdfs.Store");
    jar(
        plugins.resolve("hive/hive.jar"),
        hdfs,
        Map.of(
            "dev/weft/connectors/hive/Table.java",
            "package dev.weft.connectors.hive;"
                + " public class Table extends dev.weft.connectors.hdfs.Store {}"),
        null);
    jar(
        plugins.resolve("zookeeper/zookeeper.jar"),
        null,
        Map.of(
            "dev/weft/ha/Election.java",
            "package dev.weft.ha; public class Election {"
                + " public Class<?> engine = dev.weft.engine.protocol.Artifact.class; }"),
        null);
    userJar = directory.resolve("user.jar");
    jar(
        userJar,
        hdfs,
        Map.of(
            "job/Main.java",
            "package job; public class Main {"
                + " public String version() { return lib.Version.TEXT; }"
                + " public Object store() { return new dev.weft.connectors.hdfs.Store(); } }",
            "lib/Version.java",
            version("user")),
        null);
  }

  @Test
  void pluginOffersItsServicesOnce() {
    Plugins loaded = Plugins.load(plugins, application);
    assertEquals(List.of("hdfs", "hive", "zookeeper"), List.copyOf(loaded.names()));
    List<FileStoreFactory> stores = loaded.services(FileStoreFactory.class);
    assertEquals(1, stores.size());
    assertEquals("plugin", stores.get(0).schemes().iterator().next());
  }

  @Test
  void hiveSitsOnTheClassesOfHdfs() throws Exception {
    Plugins loaded = Plugins.load(plugins, application);
    Class<?> table = loaded.loadClass("hive", "dev.weft.connectors.hive.Table");
    assertSame(loaded.loadClass("hdfs", "dev.weft.connectors.hdfs.Store"), table.getSuperclass());
    Files.delete(plugins.resolve("hdfs/hdfs.jar"));
    Files.delete(plugins.resolve("hdfs"));
    WeftException e = assertThrows(WeftException.class, () -> Plugins.load(plugins, application));
    assertTrue(e.getMessage().contains("'hdfs'"), e.getMessage());
  }

  @Test
  void onlyPluginsOfTheEngineSeeTheEngine() throws Exception {
    Plugins loaded = Plugins.load(plugins, application);
    Object election =
        loaded.loadClass("zookeeper", "dev.weft.ha.Election").getConstructor().newInstance();
    assertSame(Artifact.class, election.getClass().getField("engine").get(election));
    String engine = Artifact.class.getName();
    assertThrows(ClassNotFoundException.class, () -> loaded.loadClass("hdfs", engine));
    assertThrows(
        ClassNotFoundException.class, () -> loaded.loadClass("hdfs", "org.junit.jupiter.api.Test"));
    assertSame(org.slf4j.Logger.class, loaded.loadClass("hdfs", "org.slf4j.Logger"));
  }

  @Test
  void jobPrefersItsOwnLibrariesAndSeesExportsOnly() throws Exception {
    Plugins loaded = Plugins.load(plugins, application);
    try (JobClassLoader loader = loaded.jobLoader("j", List.of(userJar.toUri().toURL()))) {
      Object main = loader.loadClass("job.Main").getConstructor().newInstance();
      assertEquals("user", main.getClass().getMethod("version").invoke(main));
      FileStoreFactory store = (FileStoreFactory) main.getClass().getMethod("store").invoke(main);
      assertEquals("plugin", store.schemes().iterator().next());
      assertNotSame(loader.loadClass("lib.Version"), loaded.loadClass("hdfs", "lib.Version"));
      assertThrows(ClassNotFoundException.class, () -> loader.loadClass(Artifact.class.getName()));
    }
    try (JobClassLoader empty = loaded.jobLoader("j", List.<URL>of())) {
      assertThrows(ClassNotFoundException.class, () -> empty.loadClass("lib.Version"));
    }
  }

  @Test
  void jarWithApiClassesIsRefusedWithTheFix() throws IOException {
    Path fat = directory.resolve("fat.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(fat));
        InputStream in = application.getResourceAsStream("dev/weft/api/OutputTag.class")) {
      out.putNextEntry(new ZipEntry("dev/weft/api/OutputTag.class"));
      in.transferTo(out);
    }
    WeftException e = assertThrows(WeftException.class, () -> JobJars.check(fat));
    assertTrue(e.getMessage().contains("provided"), e.getMessage());
    JobJars.check(userJar);
    Path text = Files.writeString(directory.resolve("text.jar"), "no jar");
    assertThrows(WeftException.class, () -> JobJars.check(text));
    assertThrows(WeftException.class, () -> JobJars.check(directory.resolve("missing.jar")));
  }
}
