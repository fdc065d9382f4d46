package dev.weft.api.windowing.windows;

import dev.weft.api.types.TypeSerializer;
import java.io.DataInput;
import java.io.DataOutput;

/** The one window that all records of a key belong to. */
public final class GlobalWindow extends Window {
  private static final GlobalWindow INSTANCE = new GlobalWindow();

  private GlobalWindow() {}

  /** The window. */
  public static GlobalWindow get() {
    return INSTANCE;
  }

  @Override
  public long maxTimestamp() {
    return Long.MAX_VALUE;
  }

  @Override
  public String toString() {
    return "GlobalWindow";
  }

  /** Writes nothing. */
  public static final class Serializer implements TypeSerializer<GlobalWindow> {
    private static final long serialVersionUID = 1;

    @Override
    public void serialize(GlobalWindow value, DataOutput target) {
      // there is one only
    }

    @Override
    public GlobalWindow deserialize(DataInput source) {
      return INSTANCE;
    }
  }
}
