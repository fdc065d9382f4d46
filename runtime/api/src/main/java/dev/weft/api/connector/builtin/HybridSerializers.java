package dev.weft.api.connector.builtin;

import dev.weft.api.connector.SimpleVersionedSerializer;
import dev.weft.api.connector.Source;
import dev.weft.api.connector.SourceSplit;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * The number of a source, the version of its serializer, the source itself where it was made at the
 * switch, and what its serializer wrote. Version 1 knew no such sources.
 */
final class HybridSerializers {
  private static final int VERSION = 2;
  private static final int END = -1;

  private HybridSerializers() {}

  /** Splits and ends of sources. */
  record Splits(HybridSource<?> owner) implements SimpleVersionedSerializer<HybridSplit> {
    @Override
    public int getVersion() {
      return VERSION;
    }

    @Override
    public byte[] serialize(HybridSplit split) throws IOException {
      if (split.isEnd()) {
        return bytes(split.source(), END, split.made(), new byte[0]);
      }
      SimpleVersionedSerializer<SourceSplit> inner =
          source(owner, split.source(), split.made()).getSplitSerializer();
      return bytes(
          split.source(), inner.getVersion(), split.made(), inner.serialize(split.split()));
    }

    @Override
    public HybridSplit deserialize(int version, byte[] serialized) throws IOException {
      Parts parts = Parts.read(version, serialized, owner);
      SourceSplit split =
          parts.version() == END
              ? null
              : source(owner, parts.number(), parts.made())
                  .getSplitSerializer()
                  .deserialize(parts.version(), parts.inner());
      return new HybridSplit(parts.number(), split, parts.made());
    }
  }

  /** States of enumerators. */
  record Progress(HybridSource<?> owner) implements SimpleVersionedSerializer<HybridProgress> {
    @Override
    public int getVersion() {
      return VERSION;
    }

    @Override
    public byte[] serialize(HybridProgress progress) throws IOException {
      SimpleVersionedSerializer<Object> inner =
          source(owner, progress.source(), progress.made()).getEnumeratorCheckpointSerializer();
      return bytes(
          progress.source(),
          inner.getVersion(),
          progress.made(),
          inner.serialize(progress.state()));
    }

    @Override
    public HybridProgress deserialize(int version, byte[] serialized) throws IOException {
      Parts parts = Parts.read(version, serialized, owner);
      Object state =
          source(owner, parts.number(), parts.made())
              .getEnumeratorCheckpointSerializer()
              .deserialize(parts.version(), parts.inner());
      return new HybridProgress(parts.number(), state, parts.made());
    }
  }

  @SuppressWarnings("unchecked")
  private static Source<?, SourceSplit, Object> source(
      HybridSource<?> owner, int number, Source<?, ?, ?> made) {
    return made == null ? owner.source(number) : (Source<?, SourceSplit, Object>) made;
  }

  private static byte[] bytes(int number, int version, Source<?, ?, ?> made, byte[] inner)
      throws IOException {
    ByteArrayOutputStream object = new ByteArrayOutputStream();
    if (made != null) {
      try (ObjectOutputStream target = new ObjectOutputStream(object)) {
        target.writeObject(made);
      } catch (java.io.NotSerializableException e) {
        throw new IOException(
            "source "
                + (number + 1)
                + " of a hybrid source holds an object of "
                + e.getMessage()
                + ", which is not serializable",
            e);
      }
    }
    return ByteBuffer.allocate(3 * Integer.BYTES + object.size() + inner.length)
        .putInt(number)
        .putInt(version)
        .putInt(object.size())
        .put(object.toByteArray())
        .put(inner)
        .array();
  }

  /** What was written. */
  private record Parts(int number, int version, Source<?, ?, ?> made, byte[] inner) {
    static Parts read(int version, byte[] serialized, HybridSource<?> owner) throws IOException {
      if (version < 1 || version > VERSION) {
        throw new IOException(
            "hybrid splits of version " + version + " are not known; " + VERSION + " is");
      }
      ByteBuffer bytes = ByteBuffer.wrap(serialized);
      try {
        int number = bytes.getInt();
        if (number < 0 || number >= owner.size()) {
          throw new IOException(
              "a split is of source " + number + ", the hybrid source has " + owner.size());
        }
        int innerVersion = bytes.getInt();
        byte[] object = new byte[version == 1 ? 0 : bytes.getInt()];
        bytes.get(object);
        if (object.length == 0 && owner.isDeferred(number)) {
          throw new IOException(
              "source "
                  + (number + 1)
                  + " of the hybrid source is made at the switch now, but was not when the"
                  + " checkpoint was taken");
        }
        byte[] inner = new byte[bytes.remaining()];
        bytes.get(inner);
        return new Parts(number, innerVersion, object(object, owner.loaderOf(number)), inner);
      } catch (BufferUnderflowException | NegativeArraySizeException e) {
        throw new IOException("a hybrid split is cut off", e);
      }
    }
  }

  private static Source<?, ?, ?> object(byte[] object, ClassLoader loader) throws IOException {
    if (object.length == 0) {
      return null;
    }
    try (LoaderInput source = new LoaderInput(new ByteArrayInputStream(object), loader)) {
      return (Source<?, ?, ?>) source.readObject();
    } catch (ClassNotFoundException e) {
      throw new IOException("a source made at the switch can not be read: " + e.getMessage(), e);
    }
  }

  /** Reads objects whose classes are the program's. */
  private static final class LoaderInput extends ObjectInputStream {
    private final ClassLoader loader;

    LoaderInput(InputStream in, ClassLoader loader) throws IOException {
      super(in);
      this.loader = loader;
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass description)
        throws IOException, ClassNotFoundException {
      try {
        return Class.forName(description.getName(), false, loader);
      } catch (ClassNotFoundException e) {
        return super.resolveClass(description);
      }
    }
  }
}
