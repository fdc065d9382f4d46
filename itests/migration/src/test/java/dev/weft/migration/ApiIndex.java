package dev.weft.migration;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.objectweb.asm.AnnotationVisitor;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** The classes of jars and directories as their bytes say; nothing is loaded. */
final class ApiIndex {
  private static final Set<String> HIDDEN = Set.of("Internal", "VisibleForTesting");

  private final Map<String, ApiClass> classes = new TreeMap<>();

  /**
   * A class.
   *
   * @param name with dots, also before the names of nested classes
   * @param visible whether it is public, as all that it is nested in, and meant for users
   */
  record ApiClass(
      String name,
      String parent,
      List<String> interfaces,
      boolean visible,
      Set<ApiMethod> methods) {
    String simpleName() {
      return name.substring(name.lastIndexOf('.') + 1);
    }

    /** The name within the package. */
    String nestedName() {
      return Arrays.stream(name.split("\\."))
          .filter(part -> Character.isUpperCase(part.charAt(0)))
          .collect(Collectors.joining("."));
    }

    String packageName() {
      return Arrays.stream(name.split("\\."))
          .filter(part -> !Character.isUpperCase(part.charAt(0)))
          .collect(Collectors.joining("."));
    }
  }

  /** A method or, with the name {@code new}, a constructor; types by their simple names. */
  record ApiMethod(String name, List<String> parameters, boolean deprecated)
      implements Comparable<ApiMethod> {
    @Override
    public int compareTo(ApiMethod other) {
      return toString().compareTo(other.toString());
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof ApiMethod method && toString().equals(method.toString());
    }

    @Override
    public int hashCode() {
      return toString().hashCode();
    }

    @Override
    public String toString() {
      return name + "(" + String.join(", ", parameters) + ")";
    }
  }

  /** Reads jars, or all jars in directories of jars, or directories of classes. */
  static ApiIndex of(Predicate<String> names, Path... places) throws IOException {
    ApiIndex index = new ApiIndex();
    for (Path place : places) {
      List<Path> files;
      try (Stream<Path> walk = Files.walk(place)) {
        files = walk.filter(Files::isRegularFile).sorted().toList();
      }
      for (Path file : files) {
        if (file.toString().endsWith(".jar")) {
          index.readJar(file, names);
        } else if (file.toString().endsWith(".class")) {
          try (InputStream in = Files.newInputStream(file)) {
            index.read(in, names);
          }
        }
      }
    }
    return index;
  }

  private void readJar(Path file, Predicate<String> names) throws IOException {
    try (JarFile jar = new JarFile(file.toFile())) {
      for (var entry : (Iterable<java.util.jar.JarEntry>) jar.stream()::iterator) {
        if (entry.getName().endsWith(".class") && !entry.getName().startsWith("META-INF")) {
          try (InputStream in = jar.getInputStream(entry)) {
            read(in, names);
          }
        }
      }
    }
  }

  private void read(InputStream bytes, Predicate<String> names) throws IOException {
    ClassReader reader = new ClassReader(bytes);
    if (names.test(dotted(reader.getClassName()))) {
      Reading reading = new Reading();
      reader.accept(reading, ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG);
      classes.putIfAbsent(reading.name, reading.result());
    }
  }

  private static String dotted(String internalName) {
    return internalName.replace('/', '.').replace('$', '.');
  }

  /** A class by name, or null. */
  ApiClass find(String name) {
    return classes.get(name);
  }

  /** All classes that users may name. */
  List<ApiClass> visible() {
    return classes.values().stream().filter(this::isVisible).toList();
  }

  private boolean isVisible(ApiClass type) {
    if (!type.visible) {
      return false;
    }
    String outer = type.name.substring(0, type.name.lastIndexOf('.'));
    return !classes.containsKey(outer) || isVisible(classes.get(outer));
  }

  /** The methods of a class and of those above it that are in this index. */
  Set<ApiMethod> allMethods(ApiClass type) {
    Set<ApiMethod> all = new TreeSet<>(type.methods);
    List<String> above = new ArrayList<>(type.interfaces);
    above.add(type.parent);
    for (String name : above) {
      if (name != null && classes.containsKey(name)) {
        allMethods(classes.get(name)).stream()
            .filter(method -> !method.name.equals("new"))
            .forEach(all::add);
      }
    }
    return all;
  }

  /** Reads one class. */
  private static final class Reading extends ClassVisitor {
    private final List<String> interfaces = new ArrayList<>();
    private final Set<ApiMethod> methods = new TreeSet<>();
    private String name;
    private String parent;
    private boolean visible;
    private boolean enumeration;

    Reading() {
      super(Opcodes.ASM9);
    }

    ApiClass result() {
      return new ApiClass(name, parent, interfaces, visible, methods);
    }

    @Override
    public void visit(
        int version,
        int access,
        String internalName,
        String signature,
        String superName,
        String[] superInterfaces) {
      name = dotted(internalName);
      parent = superName == null ? null : dotted(superName);
      visible = (access & Opcodes.ACC_PUBLIC) != 0;
      enumeration = (access & Opcodes.ACC_ENUM) != 0;
      Arrays.stream(superInterfaces).map(ApiIndex::dotted).forEach(interfaces::add);
    }

    @Override
    public AnnotationVisitor visitAnnotation(String descriptor, boolean runtime) {
      visible &= !HIDDEN.contains(simple(Type.getType(descriptor)));
      return null;
    }

    @Override
    public void visitInnerClass(String inner, String outer, String innerName, int access) {
      boolean own = dotted(inner).equals(name);
      if (own && (access & (Opcodes.ACC_PUBLIC | Opcodes.ACC_PROTECTED)) == 0) {
        visible = false;
      }
      if (own && innerName == null) {
        visible = false;
      }
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String method, String descriptor, String signature, String[] exceptions) {
      boolean open = (access & (Opcodes.ACC_PUBLIC | Opcodes.ACC_PROTECTED)) != 0;
      boolean made = (access & (Opcodes.ACC_SYNTHETIC | Opcodes.ACC_BRIDGE)) != 0;
      boolean ofObject =
          Set.of("equals", "hashCode", "toString", "<clinit>", "finalize", "clone")
              .contains(method);
      boolean ofEnum = enumeration && Set.of("values", "valueOf", "<init>").contains(method);
      if (!open || made || ofObject || ofEnum) {
        return null;
      }
      ApiMethod found =
          new ApiMethod(
              method.equals("<init>") ? "new" : method,
              Arrays.stream(Type.getArgumentTypes(descriptor)).map(Reading::simple).toList(),
              (access & Opcodes.ACC_DEPRECATED) != 0);
      methods.add(found);
      return new MethodVisitor(Opcodes.ASM9) {
        @Override
        public AnnotationVisitor visitAnnotation(String annotation, boolean runtime) {
          if (HIDDEN.contains(simple(Type.getType(annotation)))) {
            methods.remove(found);
          }
          return null;
        }
      };
    }

    private static String simple(Type type) {
      String text = type.getClassName();
      return text.substring(Math.max(text.lastIndexOf('.'), text.lastIndexOf('$')) + 1);
    }
  }
}
