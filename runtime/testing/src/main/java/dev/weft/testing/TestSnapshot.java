package dev.weft.testing;

import dev.weft.engine.checkpoint.Manifest;
import java.util.Map;

/** The state of a program under test at one moment; see {@link TestHarness#snapshot()}. */
public final class TestSnapshot {
  private final Manifest manifest;
  private final MemoryFiles files;
  private final long timeMillis;
  private final Map<String, TestInput.Progress> inputs;

  TestSnapshot(
      Manifest manifest,
      MemoryFiles files,
      long timeMillis,
      Map<String, TestInput.Progress> inputs) {
    this.manifest = manifest;
    this.files = files;
    this.timeMillis = timeMillis;
    this.inputs = Map.copyOf(inputs);
  }

  Manifest manifest() {
    return manifest;
  }

  MemoryFiles files() {
    return files;
  }

  long timeMillis() {
    return timeMillis;
  }

  TestInput.Progress input(String name) {
    return inputs.getOrDefault(name, TestInput.Progress.NONE);
  }
}
