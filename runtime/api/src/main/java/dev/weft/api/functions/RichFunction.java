package dev.weft.api.functions;

/** A function with a life: opened before the first record, closed after the last. */
public interface RichFunction extends Function {
  /** Called once before the first record, with state already restored. */
  void open(OpenContext context) throws Exception;

  /** Called once at the end, also after a failure. */
  void close() throws Exception;

  /** The surroundings of this subtask; valid from open to close. */
  RuntimeContext getRuntimeContext();

  /** Called by the engine before {@link #open}. */
  void setRuntimeContext(RuntimeContext context);
}
