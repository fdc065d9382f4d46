package dev.weft.client;

import dev.weft.api.JobClient;
import dev.weft.api.Pipeline;
import dev.weft.api.PipelineExecutor;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.Configuration;
import dev.weft.api.error.WeftException;
import dev.weft.engine.plugin.JobClassLoader;
import dev.weft.engine.plugin.JobJars;
import dev.weft.engine.plugin.Plugins;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/** The user's jar with its main class, loaded as jobs are loaded everywhere. */
final class UserProgram implements AutoCloseable {
  private final Path jar;
  private final JobClassLoader loader;
  private final Method main;

  private UserProgram(Path jar, JobClassLoader loader, Method main) {
    this.jar = jar;
    this.loader = loader;
    this.main = main;
  }

  /**
   * Opens a jar.
   *
   * @param mainClass the class with the main method, or null to read it from the manifest
   * @param classPaths addresses of more jars
   * @throws CommandException with the exit code for usage that names jar, class and fix
   */
  static UserProgram open(Path jar, String mainClass, List<String> classPaths, Plugins plugins) {
    if (!Files.isRegularFile(jar)) {
      throw usage("There is no jar " + jar, null);
    }
    try {
      JobJars.check(jar);
    } catch (WeftException e) {
      throw usage(e.getMessage(), e);
    }
    List<URL> urls = new ArrayList<>();
    urls.add(urlOf(jar.toUri().toString()));
    classPaths.forEach(path -> urls.add(urlOf(path)));
    String name = mainClass == null ? mainClassOf(jar) : mainClass;
    JobClassLoader loader = plugins.jobLoader("main of " + jar.getFileName(), urls);
    try {
      return new UserProgram(jar, loader, mainOf(jar, loader, name));
    } catch (RuntimeException e) {
      closeQuietly(loader);
      throw e;
    }
  }

  private static URL urlOf(String address) {
    try {
      return URI.create(address).toURL();
    } catch (MalformedURLException | IllegalArgumentException e) {
      throw usage(
          "-C is the address of a jar, such as file:///lib/a.jar, not '" + address + "'", e);
    }
  }

  private static String mainClassOf(Path jar) {
    try (JarFile file = new JarFile(jar.toFile())) {
      Manifest manifest = file.getManifest();
      String name =
          manifest == null
              ? null
              : manifest.getMainAttributes().getValue(Attributes.Name.MAIN_CLASS);
      if (name == null) {
        throw usage(
            "The jar "
                + jar
                + " names no main class; give it with -c, or set Main-Class in its manifest",
            null);
      }
      return name.strip();
    } catch (IOException e) {
      throw usage("The jar " + jar + " cannot be read: " + e, e);
    }
  }

  private static Method mainOf(Path jar, ClassLoader loader, String name) {
    try {
      Method main = Class.forName(name, false, loader).getMethod("main", String[].class);
      if (!Modifier.isStatic(main.getModifiers())) {
        throw usage("The method main of " + name + " in " + jar + " is not static", null);
      }
      main.setAccessible(true);
      return main;
    } catch (ClassNotFoundException e) {
      throw usage("The jar " + jar + " has no class " + name + "; check -c", e);
    } catch (NoSuchMethodException e) {
      throw usage(
          "The class "
              + name
              + " in "
              + jar
              + " has no public static void main(String[]); name the right class with -c",
          e);
    } catch (LinkageError e) {
      throw usage("The class " + name + " in " + jar + " cannot be loaded: " + e, e);
    }
  }

  private static CommandException usage(String message, Throwable cause) {
    return new CommandException(CommandException.USAGE, message, cause);
  }

  /** The jar. */
  Path jar() {
    return jar;
  }

  /** With the classes of the program. */
  ClassLoader code() {
    return loader;
  }

  /** The main class's name. */
  String mainClass() {
    return main.getDeclaringClass().getName();
  }

  /**
   * Runs main; its programs go to the executor.
   *
   * @throws Exception what main threw
   */
  void run(String[] arguments, PipelineExecutor executor) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      StreamExecutionEnvironment.withExecutor(
          executor,
          () -> {
            main.invoke(null, (Object) arguments);
            return null;
          });
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      if (e.getCause() instanceof Captured captured) {
        throw captured;
      }
      throw new IllegalStateException(String.valueOf(e.getCause()), e.getCause());
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /**
   * Runs main up to its first {@code execute()}.
   *
   * @return what would be executed
   * @throws CommandException when main does not get there
   */
  Pipeline pipeline(String[] arguments, Configuration configuration) {
    Capture capture = new Capture(configuration);
    try {
      run(arguments, capture);
    } catch (Captured e) {
      // main came to its execute(), which is all that is wanted
    } catch (Exception e) {
      if (capture.pipeline == null) {
        throw new CommandException(
            CommandException.SUBMISSION,
            "The main of " + mainClass() + " failed: " + CommandException.describe(e),
            e);
      }
    }
    if (capture.pipeline == null) {
      throw new CommandException(
          CommandException.SUBMISSION, "The main of " + mainClass() + " ended without execute()");
    }
    return capture.pipeline;
  }

  /** Takes the first program that main would execute, and ends main there. */
  private static final class Capture implements PipelineExecutor {
    private final Configuration configuration;
    private Pipeline pipeline;

    Capture(Configuration configuration) {
      this.configuration = configuration;
    }

    @Override
    public Configuration configuration() {
      return configuration;
    }

    @Override
    public JobClient execute(Pipeline program) {
      if (pipeline == null) {
        pipeline = program;
      }
      throw new Captured();
    }
  }

  /** Ends the user's main when its program is known; an error, so that main does not handle it. */
  private static final class Captured extends Error {
    private static final long serialVersionUID = 1;

    Captured() {
      super("the plan is known", null, false, false);
    }
  }

  @Override
  public void close() {
    closeQuietly(loader);
  }

  private static void closeQuietly(JobClassLoader loader) {
    try {
      loader.close();
    } catch (IOException e) {
      org.slf4j.LoggerFactory.getLogger(UserProgram.class).debug("A jar cannot be closed", e);
    }
  }
}
