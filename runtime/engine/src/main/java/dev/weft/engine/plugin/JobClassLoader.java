package dev.weft.engine.plugin;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/**
 * The loader of a job's code. It looks in this order: the JDK, the API and the logging interface,
 * the user's jars, what plugins export. Nothing else of the engine or its libraries is seen, so a
 * job may carry any version of any library.
 */
public final class JobClassLoader extends URLClassLoader {
  static {
    registerAsParallelCapable();
  }

  private final Plugins plugins;

  JobClassLoader(String jobId, List<URL> jars, Plugins plugins) {
    super("job " + jobId, jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    this.plugins = plugins;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      Class<?> found = findLoadedClass(name);
      if (found == null) {
        found = findSomewhere(name);
      }
      if (resolve) {
        resolveClass(found);
      }
      return found;
    }
  }

  private Class<?> findSomewhere(String name) throws ClassNotFoundException {
    Class<?> shared = plugins.findShared(name);
    if (shared != null) {
      return shared;
    }
    try {
      return getParent().loadClass(name);
    } catch (ClassNotFoundException notInJdk) {
      // the usual case: look further
    }
    try {
      return findClass(name);
    } catch (ClassNotFoundException e) {
      Class<?> exported = plugins.findExported(name);
      if (exported == null) {
        throw e;
      }
      return exported;
    }
  }

  @Override
  public URL getResource(String name) {
    URL own = findResource(name);
    return own == null ? super.getResource(name) : own;
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    List<URL> all = new ArrayList<>(Collections.list(findResources(name)));
    all.addAll(Collections.list(getParent().getResources(name)));
    return Collections.enumeration(all);
  }
}
