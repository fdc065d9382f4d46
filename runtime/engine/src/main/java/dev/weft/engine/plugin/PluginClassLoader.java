package dev.weft.engine.plugin;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/**
 * The loader of one plugin. It looks in this order: the JDK, the visible classes of the
 * application, the plugin that this one sits on, the plugin's own jars.
 */
final class PluginClassLoader extends URLClassLoader {
  static {
    registerAsParallelCapable();
  }

  private final ClassLoader application;
  private final VisibleClasses visible;
  private final PluginClassLoader foundation;

  /**
   * Makes a loader.
   *
   * @param foundation the plugin that this one sits on, or null
   */
  PluginClassLoader(
      String name,
      List<URL> jars,
      ClassLoader application,
      VisibleClasses visible,
      PluginClassLoader foundation) {
    super(name, jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    this.application = application;
    this.visible = visible;
    this.foundation = foundation;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      Class<?> found = findLoadedClass(name);
      if (found == null) {
        found = visible.contains(name) ? application.loadClass(name) : findElsewhere(name);
      }
      if (resolve) {
        resolveClass(found);
      }
      return found;
    }
  }

  private Class<?> findElsewhere(String name) throws ClassNotFoundException {
    try {
      return getParent().loadClass(name);
    } catch (ClassNotFoundException notInJdk) {
      // the usual case: look further
    }
    if (foundation != null) {
      try {
        return foundation.loadClass(name);
      } catch (ClassNotFoundException notInFoundation) {
        // look into the own jars
      }
    }
    return findClass(name);
  }

  @Override
  public URL getResource(String name) {
    URL own = findResource(name);
    if (own != null) {
      return own;
    }
    return foundation == null ? super.getResource(name) : foundation.getResource(name);
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    List<URL> all = new ArrayList<>(Collections.list(findResources(name)));
    all.addAll(
        Collections.list(
            foundation == null ? getParent().getResources(name) : foundation.getResources(name)));
    return Collections.enumeration(all);
  }
}
