package dev.weft.api.connector.builtin;

import dev.weft.api.connector.Sink;
import dev.weft.api.connector.SinkWriter;
import dev.weft.api.connector.SinkWriterContext;
import java.io.PrintStream;

/**
 * Writes records as text to the standard output or error of the process, behind an optional word
 * and, with more than one writer, the writer's number from 1.
 *
 * @param <T> the records
 */
public final class PrintSink<T> implements Sink<T> {
  private static final long serialVersionUID = 1;

  private final String identifier;
  private final boolean standardError;

  /** Prints records alone. */
  public PrintSink() {
    this("");
  }

  /** Prints records behind a word. */
  public PrintSink(String identifier) {
    this(identifier, false);
  }

  /** Prints records behind a word, to the standard error if so wished. */
  public PrintSink(String identifier, boolean standardError) {
    this.identifier = identifier;
    this.standardError = standardError;
  }

  /** Prints records alone, to the standard error if so wished. */
  public PrintSink(boolean standardError) {
    this("", standardError);
  }

  @Override
  public SinkWriter<T> createWriter(SinkWriterContext context) {
    String number = context.parallelism() > 1 ? String.valueOf(context.subtaskIndex() + 1) : "";
    String separator = identifier.isEmpty() || number.isEmpty() ? "" : ":";
    String words = identifier + separator + number;
    return new Writer<>(
        words.isEmpty() ? "" : words + "> ", standardError ? System.err : System.out);
  }

  @Override
  public boolean blocking() {
    return false;
  }

  private record Writer<T>(String prefix, PrintStream target) implements SinkWriter<T> {
    @Override
    public void write(T record, long timestamp) {
      target.println(prefix + record);
    }

    @Override
    public void flush(boolean endOfInput) {
      target.flush();
    }

    @Override
    public void close() {}
  }
}
