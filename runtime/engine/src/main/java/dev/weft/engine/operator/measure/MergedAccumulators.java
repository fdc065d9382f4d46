package dev.weft.engine.operator.measure;

import dev.weft.api.accumulators.Accumulator;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.protocol.UserMetrics.AccumulatorBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectStreamClass;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** The accumulators of all subtasks of a job as one, for its client. */
public final class MergedAccumulators {
  private final ClassLoader code;
  private final Map<String, Accumulator<?, ?>> byName = new TreeMap<>();

  private MergedAccumulators(ClassLoader code) {
    this.code = code;
  }

  /**
   * Merges accumulators of one name.
   *
   * @param code with the classes of the job
   * @return the results by name
   * @throws WeftException with code USER when they are not of one class or cannot be read
   */
  public static Map<String, Object> results(Collection<AccumulatorBytes> all, ClassLoader code) {
    MergedAccumulators merged = new MergedAccumulators(code);
    all.forEach(merged::add);
    Map<String, Object> results = new TreeMap<>();
    merged.byName.forEach((name, sum) -> results.put(name, sum.getLocalValue()));
    return results;
  }

  private void add(AccumulatorBytes bytes) {
    try (ObjectInputStream in = new JobInput(new ByteArrayInputStream(bytes.bytes()), code)) {
      byName.merge(bytes.name(), (Accumulator<?, ?>) in.readObject(), MergedAccumulators::joined);
    } catch (IOException | ClassNotFoundException | ClassCastException e) {
      throw new WeftException(
          ErrorCode.USER,
          "Accumulator '"
              + bytes.name()
              + "' of class "
              + bytes.className()
              + " cannot be merged: "
              + e
              + "; give each accumulator of the job a name of its own",
          e);
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Accumulator<?, ?> joined(Accumulator<?, ?> left, Accumulator<?, ?> right) {
    if (left.getClass() != right.getClass()) {
      throw new ClassCastException(left.getClass() + " and " + right.getClass());
    }
    ((Accumulator) left).merge(right);
    return left;
  }

  /** Reads objects of the job's classes. */
  private static final class JobInput extends ObjectInputStream {
    private final ClassLoader code;

    JobInput(InputStream in, ClassLoader code) throws IOException {
      super(in);
      this.code = code;
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass description)
        throws IOException, ClassNotFoundException {
      try {
        return Class.forName(description.getName(), false, code);
      } catch (ClassNotFoundException e) {
        return super.resolveClass(description);
      }
    }
  }
}
