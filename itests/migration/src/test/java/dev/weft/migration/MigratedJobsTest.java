package dev.weft.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.JobClient;
import dev.weft.api.Pipeline;
import dev.weft.api.PipelineExecutor;
import dev.weft.api.RuntimeExecutionMode;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.ExecutionOptions;
import dev.weft.client.LocalExecutor;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.openrewrite.ExecutionContext;
import org.openrewrite.InMemoryExecutionContext;
import org.openrewrite.Recipe;
import org.openrewrite.Result;
import org.openrewrite.SourceFile;
import org.openrewrite.config.Environment;
import org.openrewrite.config.YamlResourceLoader;
import org.openrewrite.internal.InMemoryLargeSourceSet;
import org.openrewrite.java.JavaParser;

/**
 * Jobs written against Flink's API, in {@code src/flink}: each compiles against Flink 1.20 and
 * Flink 2, is changed by the shipped recipe and nothing else, compiles against Weft, runs in the
 * mode that is Flink's default, and writes the lines that lie beside it.
 */
class MigratedJobsTest {
  private static final Path JOBS = Path.of("src/flink");
  private static final Path OUT = Path.of("target/migrated").toAbsolutePath();

  /** Runs programs in this process as streams, unless they say otherwise. */
  private static final class AsStream implements PipelineExecutor {
    private final LocalExecutor executor = new LocalExecutor();

    @Override
    public Configuration configuration() {
      return new Configuration()
          .addAll(executor.configuration())
          .set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.STREAMING);
    }

    @Override
    public JobClient execute(Pipeline pipeline) throws Exception {
      return executor.execute(pipeline);
    }
  }

  @TestFactory
  List<DynamicTest> jobsMoveByTheRecipeAlone() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    try (Stream<Path> files = Files.list(JOBS)) {
      for (Path job : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
        tests.add(DynamicTest.dynamicTest(job.getFileName().toString(), () -> check(job)));
      }
    }
    return tests;
  }

  private static void check(Path job) throws Exception {
    String name = job.getFileName().toString().replace(".java", "");
    Path folder = OUT.resolve(name);
    delete(folder);
    compile(job, jars(Apis.FLINK_1), folder.resolve("flink-1"));
    compile(job, jars(Apis.FLINK_2), folder.resolve("flink-2"));

    String migrated = migrate(job);
    assertFalse(migrated.contains("org.apache.flink"), migrated);
    Path source = folder.resolve("source").resolve(name + ".java");
    Files.createDirectories(source.getParent());
    Files.writeString(source, migrated);
    Path classes = folder.resolve("weft");
    compile(source, List.of(System.getProperty("java.class.path")), classes);

    Path results = folder.resolve("results");
    run(classes, "jobs." + name, results);
    assertEquals(
        Files.readAllLines(JOBS.resolve(name + ".txt")),
        lines(results),
        "what " + name + " writes");
  }

  private static List<String> jars(Path version) throws IOException {
    try (Stream<Path> files = Files.list(version)) {
      return files.map(Path::toString).sorted().toList();
    }
  }

  private static void compile(Path source, List<String> classPath, Path target) throws IOException {
    Files.createDirectories(target);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  messages,
                  files,
                  null,
                  List.of(
                      "-nowarn",
                      "-proc:none",
                      "-parameters",
                      "--release",
                      "17",
                      "-d",
                      target.toString(),
                      "-cp",
                      String.join(":", classPath)),
                  null,
                  files.getJavaFileObjects(source))
              .call();
      assertTrue(compiled, messages::toString);
    }
  }

  private static String migrate(Path job) throws IOException {
    ExecutionContext context =
        new InMemoryExecutionContext(
            failure -> {
              throw new IllegalStateException("the recipe failed on " + job, failure);
            });
    List<SourceFile> sources =
        JavaParser.fromJavaVersion()
            .classpath(jars(Apis.FLINK_2).stream().map(Path::of).toList())
            .build()
            .parse(List.of(job), null, context)
            .toList();
    Recipe recipe;
    try (InputStream yaml = Files.newInputStream(RecipeTest.RECIPE)) {
      recipe =
          Environment.builder()
              .load(new YamlResourceLoader(yaml, RecipeTest.RECIPE.toUri(), new Properties()))
              .build()
              .activateRecipes(RecipeTest.NAME);
    }
    List<Result> results =
        recipe.run(new InMemoryLargeSourceSet(sources), context).getChangeset().getAllResults();
    assertEquals(1, results.size(), "files that the recipe changed");
    return results.get(0).getAfter().printAll();
  }

  private static void run(Path classes, String main, Path results) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()}, before)) {
      thread.setContextClassLoader(loader);
      Class<?> type = Class.forName(main, true, loader);
      try {
        StreamExecutionEnvironment.withExecutor(
            new AsStream(),
            () ->
                type.getMethod("main", String[].class)
                    .invoke(null, (Object) new String[] {results.toUri().toString()}));
      } catch (InvocationTargetException e) {
        throw new AssertionError(main + " failed: " + e.getCause(), e.getCause());
      }
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** The lines of all files that a job wrote, sorted. */
  private static List<String> lines(Path folder) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        lines.addAll(Files.readAllLines(file));
      }
    }
    String[] sorted = lines.toArray(String[]::new);
    Arrays.sort(sorted);
    return List.of(sorted);
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
