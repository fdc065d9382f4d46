package dev.weft.engine.worker;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.protocol.VertexSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectStreamClass;
import java.lang.reflect.Proxy;

/** Reads chains with user code: the one place where Java objects are deserialised. */
public final class ChainReader extends ObjectInputStream {
  /** The job's loader does not see the engine. */
  private static final String ENGINE_PACKAGE = "dev.weft.engine.protocol.";

  private final ClassLoader code;

  private ChainReader(InputStream source, ClassLoader code) throws IOException {
    super(source);
    this.code = code;
  }

  /**
   * The chain of a vertex, with functions of its own.
   *
   * @param code the job's loader
   * @throws WeftException with code USER when the job's jars do not fit
   */
  public static ChainSpec read(VertexSpec vertex, ClassLoader code) {
    try (ChainReader reader = new ChainReader(new ByteArrayInputStream(vertex.chain()), code)) {
      return (ChainSpec) reader.readObject();
    } catch (IOException | ClassNotFoundException | LinkageError | RuntimeException e) {
      throw new WeftException(
          ErrorCode.USER,
          "The functions of '"
              + vertex.name()
              + "' cannot be loaded: "
              + e
              + "; the job's jars must carry every class that the functions use",
          e);
    }
  }

  @Override
  protected Class<?> resolveClass(ObjectStreamClass description)
      throws IOException, ClassNotFoundException {
    String name = description.getName();
    if (name.contains(ENGINE_PACKAGE)) {
      return Class.forName(name, false, ChainReader.class.getClassLoader());
    }
    return name.indexOf('.') < 0 && name.charAt(0) != '['
        ? resolvePlain(description)
        : Class.forName(name, false, code);
  }

  /** A primitive type, or a user's class in no package. */
  private Class<?> resolvePlain(ObjectStreamClass description)
      throws IOException, ClassNotFoundException {
    try {
      return Class.forName(description.getName(), false, code);
    } catch (ClassNotFoundException e) {
      return super.resolveClass(description);
    }
  }

  @Override
  protected Class<?> resolveProxyClass(String[] names) throws ClassNotFoundException {
    Class<?>[] interfaces = new Class<?>[names.length];
    for (int i = 0; i < names.length; i++) {
      interfaces[i] = Class.forName(names[i], false, code);
    }
    return Proxy.newProxyInstance(code, interfaces, (proxy, method, arguments) -> null).getClass();
  }
}
