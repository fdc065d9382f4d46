package dev.weft.yarn;

import dev.weft.api.config.MemorySize;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.util.List;

/**
 * How the memory of a container is divided so that the process stays below its limit, which YARN
 * enforces by killing. All in mebibytes.
 *
 * @param container what is asked of YARN
 * @param heap the JVM's heap
 * @param direct buffers outside of the heap
 */
record ProcessMemory(long container, long heap, long direct) {
  private static final long CONTAINER_MIN = 192;
  private static final long NATIVE_MIN = 96;
  private static final long NATIVE_MAX = 512;
  private static final long DIRECT_MIN = 32;
  private static final long NATIVE_SHARE = 8;
  private static final long DIRECT_SHARE = 8;
  private static final long HEAP_SHARE_MIN = 4;

  /**
   * Divides: an eighth, 96 to 512 MB, for what the JVM itself needs (threads, code, classes, GC),
   * an eighth for buffers of network and files, the rest is heap.
   *
   * @param option for the message
   * @throws WeftException with code USER when it is too little for a process
   */
  static ProcessMemory of(MemorySize size, String option) {
    long container = size.mebiBytes();
    if (container < CONTAINER_MIN) {
      throw new WeftException(
          ErrorCode.USER,
          option
              + ": "
              + size
              + " is too little for a process; set at least "
              + CONTAINER_MIN
              + " mb");
    }
    long nativeMemory = Math.min(NATIVE_MAX, Math.max(NATIVE_MIN, container / NATIVE_SHARE));
    long direct = Math.max(DIRECT_MIN, container / DIRECT_SHARE);
    return new ProcessMemory(container, container - nativeMemory - direct, direct);
  }

  /** The same with a smaller heap, so that so much more is left outside of it. */
  ProcessMemory leaving(MemorySize outside) {
    long smallest = container / HEAP_SHARE_MIN;
    return new ProcessMemory(container, Math.max(smallest, heap - outside.mebiBytes()), direct);
  }

  /** The JVM's options. */
  List<String> jvmOptions() {
    return List.of(
        "-Xms" + heap / 2 + "m", "-Xmx" + heap + "m", "-XX:MaxDirectMemorySize=" + direct + "m");
  }
}
