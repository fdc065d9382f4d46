package dev.weft.engine.plugin;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plugins of this process: each directory below the plugin directory is one, with a class
 * loader of its own. A plugin sees the JDK, the API and the logging interface; those that extend
 * the engine see the engine, too; those that work with Hadoop sit on {@code hdfs}, so that there is
 * one login and one configuration. Without a plugin directory everything is looked for on the class
 * path, which is how tests and programs started from an IDE run. Thread-safe.
 */
public final class Plugins {
  /** Classes below this package, of the plugin of the next name, are what jobs see of a plugin. */
  static final String EXPORTED_PREFIX = "dev.weft.connectors.";

  private static final Logger LOG = LoggerFactory.getLogger(Plugins.class);
  private static final String FOUNDATION = "hdfs";
  private static final Set<String> ON_FOUNDATION = Set.of("hive", "yarn");
  private static final Set<String> SEES_ENGINE = Set.of("zookeeper", "yarn");

  private final ClassLoader application;
  private final Map<String, PluginClassLoader> loaders;

  private Plugins(ClassLoader application, Map<String, PluginClassLoader> loaders) {
    this.application = application;
    this.loaders = loaders;
  }

  /** No plugin directory: everything is on the class path of the application. */
  public static Plugins onClassPath(ClassLoader application) {
    return new Plugins(application, Map.of());
  }

  /**
   * Opens the plugins below a directory.
   *
   * @param application the loader of API and engine
   * @throws WeftException with code USER when the directory cannot be read or a plugin lacks the
   *     one it sits on
   */
  public static Plugins load(Path directory, ClassLoader application) {
    Map<String, Path> found = new LinkedHashMap<>();
    try (Stream<Path> children = Files.list(directory)) {
      children
          .filter(Files::isDirectory)
          .sorted()
          .forEach(child -> found.put(child.getFileName().toString(), child));
    } catch (IOException e) {
      throw new WeftException(
          ErrorCode.USER, "The plugin directory " + directory + " cannot be read: " + e, e);
    }
    Map<String, PluginClassLoader> loaders = new LinkedHashMap<>();
    if (found.containsKey(FOUNDATION)) {
      loaders.put(FOUNDATION, open(FOUNDATION, found.remove(FOUNDATION), application, null));
    }
    found.forEach(
        (name, path) -> {
          PluginClassLoader foundation = null;
          if (ON_FOUNDATION.contains(name)) {
            foundation = loaders.get(FOUNDATION);
            if (foundation == null) {
              throw new WeftException(
                  ErrorCode.USER,
                  "The plugin "
                      + path
                      + " needs the plugin '"
                      + FOUNDATION
                      + "' beside it; put it back or remove both");
            }
          }
          loaders.put(name, open(name, path, application, foundation));
        });
    LOG.info("Plugins of {}: {}", directory, loaders.keySet());
    return new Plugins(application, loaders);
  }

  private static PluginClassLoader open(
      String name, Path directory, ClassLoader application, PluginClassLoader foundation) {
    VisibleClasses visible =
        SEES_ENGINE.contains(name) ? VisibleClasses.WITH_ENGINE : VisibleClasses.API_ONLY;
    return new PluginClassLoader(
        "plugin " + name, jarsOf(directory), application, visible, foundation);
  }

  private static List<URL> jarsOf(Path directory) {
    try (Stream<Path> children = Files.list(directory)) {
      List<URL> jars = new ArrayList<>();
      for (Path jar :
          children.filter(child -> child.toString().endsWith(".jar")).sorted().toList()) {
        jars.add(jar.toUri().toURL());
      }
      return jars;
    } catch (MalformedURLException e) {
      throw new IllegalStateException("a file has an address", e);
    } catch (IOException e) {
      throw new WeftException(
          ErrorCode.USER, "The plugin " + directory + " cannot be read: " + e, e);
    }
  }

  /** Names of the plugins, in the order in which they are asked. */
  public Set<String> names() {
    return loaders.keySet();
  }

  /**
   * New instances of all implementations of a service, those on the application's class path first.
   *
   * @throws WeftException with code USER when a plugin is broken
   */
  public <S> List<S> services(Class<S> service) {
    List<S> services = new ArrayList<>();
    collect(service, application, services);
    loaders.values().forEach(loader -> collect(service, loader, services));
    return services;
  }

  private <S> void collect(Class<S> service, ClassLoader loader, List<S> services) {
    try {
      ServiceLoader.load(service, loader).stream()
          .filter(provider -> loader == application || provider.type().getClassLoader() == loader)
          .forEach(provider -> services.add(provider.get()));
    } catch (ServiceConfigurationError e) {
      throw new WeftException(
          ErrorCode.USER,
          "The "
              + (loader == application ? "class path" : loader.getName())
              + " offers a broken "
              + service.getSimpleName()
              + ": "
              + e.getMessage()
              + "; install the plugins of this release",
          e);
    }
  }

  /**
   * A class by name out of a plugin.
   *
   * @throws ClassNotFoundException when there is no such plugin or class
   */
  public Class<?> loadClass(String plugin, String name) throws ClassNotFoundException {
    ClassLoader loader = loaders.get(plugin);
    return Class.forName(name, true, loader == null ? application : loader);
  }

  /** Makes the loader of a job's jars; see {@link JobClassLoader}. */
  public JobClassLoader jobLoader(String jobId, List<URL> jars) {
    return new JobClassLoader(jobId, jars, this);
  }

  /** What jobs see beside the JDK and their own jars, or null. */
  Class<?> findShared(String className) {
    try {
      return VisibleClasses.API_ONLY.contains(className) ? application.loadClass(className) : null;
    } catch (ClassNotFoundException e) {
      return null;
    }
  }

  /** What a plugin exports under this name, or null. */
  Class<?> findExported(String className) {
    if (!className.startsWith(EXPORTED_PREFIX)) {
      return null;
    }
    int end = className.indexOf('.', EXPORTED_PREFIX.length());
    String plugin =
        className.substring(EXPORTED_PREFIX.length(), Math.max(end, EXPORTED_PREFIX.length()));
    ClassLoader loader = loaders.get(plugin);
    try {
      return loader == null ? application.loadClass(className) : loader.loadClass(className);
    } catch (ClassNotFoundException e) {
      return null;
    }
  }
}
