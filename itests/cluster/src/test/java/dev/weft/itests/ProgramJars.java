package dev.weft.itests;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Jars of programs that are classes of these tests. */
final class ProgramJars {
  private ProgramJars() {}

  /**
   * A jar with one class.
   *
   * @param isMain whether the manifest names it
   */
  static Path of(TestCluster cluster, String name, Class<?> program, boolean isMain)
      throws IOException {
    Path jar = cluster.scratch("jars").resolve(name);
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    if (isMain) {
      manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, program.getName());
    }
    String entry = program.getName().replace('.', '/') + ".class";
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest);
        InputStream in = program.getClassLoader().getResourceAsStream(entry)) {
      out.putNextEntry(new JarEntry(entry));
      in.transferTo(out);
      out.closeEntry();
    }
    return jar;
  }
}
