package dev.weft.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What this process and the machine have used so far, from the Linux kernel's accounts. */
record ProcessUsage(long nanos, double cpuSeconds, double machineSeconds, long gcMillis) {
  private static final double TICKS_PER_SECOND = 100;

  /** The accounts as they are now. */
  static ProcessUsage now() {
    return now(List.of());
  }

  /** The accounts with the CPU of other processes as well. */
  static ProcessUsage now(List<Process> others) {
    double seconds = seconds("self");
    for (Process process : others) {
      seconds += seconds(String.valueOf(process.pid()));
    }
    return new ProcessUsage(System.nanoTime(), seconds, machineBusySeconds(), collecting());
  }

  private static double seconds(String process) {
    String line = read("/proc/" + process + "/stat").get(0);
    // The name of the process is in parentheses and may hold blanks: count from behind it.
    String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
  }

  private static double machineBusySeconds() {
    String[] fields = read("/proc/stat").get(0).trim().split("\\s+");
    long ticks = 0;
    for (int column : new int[] {1, 2, 3, 6, 7}) {
      ticks += Long.parseLong(fields[column]);
    }
    return ticks / TICKS_PER_SECOND;
  }

  private static long collecting() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionTime)
        .filter(millis -> millis > 0)
        .sum();
  }

  /** The largest resident memory since the process began or since {@link #forgetPeak}. */
  static long peakMegabytes() {
    for (String line : read("/proc/self/status")) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
      }
    }
    return 0;
  }

  /** Begins anew with the peak of memory, where the kernel allows it. */
  static void forgetPeak() {
    try {
      Files.writeString(Path.of("/proc/self/clear_refs"), "5");
    } catch (IOException e) {
      System.err.println("# the peak of memory is that of the whole process: " + e);
    }
  }

  /** What the threads of a JVM are for. */
  enum Duty {
    /** Runs tasks. */
    TASKS,

    /** Sends and receives. */
    NETWORK,

    /** Compiles. */
    JIT,

    /** Collects garbage. */
    GC,

    /** Everything else, most of it the files of checkpoints. */
    REST;

    /** The duty of a thread with this name, which the kernel cuts off after fifteen letters. */
    static Duty of(String thread) {
      if (thread.startsWith("core-")) {
        return TASKS;
      }
      if (thread.startsWith("worker-network")) {
        return NETWORK;
      }
      if (thread.startsWith("C1 Compiler") || thread.startsWith("C2 Compiler")) {
        return JIT;
      }
      boolean collects =
          thread.startsWith("GC ") || thread.startsWith("G1 ") || thread.equals("VM Thread");
      return collects ? GC : REST;
    }
  }

  /**
   * The CPU seconds of the threads of this JVM and of other processes so far, but for those that
   * have ended.
   */
  static Map<Duty, Double> byDuty(List<Process> others) {
    Map<Duty, Double> seconds = new EnumMap<>(Duty.class);
    addByDuty("self", seconds);
    others.forEach(process -> addByDuty(String.valueOf(process.pid()), seconds));
    return seconds;
  }

  private static void addByDuty(String process, Map<Duty, Double> seconds) {
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + process + "/task"))) {
      for (Path thread : threads.toList()) {
        String accounts = process + "/task/" + thread.getFileName();
        try {
          Duty duty = Duty.of(read("/proc/" + accounts + "/comm").get(0));
          seconds.merge(duty, seconds(accounts), Double::sum);
        } catch (UncheckedIOException e) {
          // the thread has ended meanwhile
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> read(String file) {
    try {
      return Files.readAllLines(Path.of(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
