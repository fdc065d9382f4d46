package dev.weft.api.config;

import static dev.weft.api.config.ConfigOptions.key;

/** Options of TaskManagers, the workers. */
public final class TaskManagerOptions {
  /** Slots of a worker. */
  public static final ConfigOption<Integer> NUM_TASK_SLOTS =
      key("taskmanager.numberOfTaskSlots")
          .intType()
          .defaultValue(1)
          .withDescription(
              "How many slots a TaskManager offers. Each has a thread, up to the number of"
                  + " processors; more slots share them.");

  /** Memory of the process. */
  public static final ConfigOption<MemorySize> PROCESS_MEMORY =
      key("taskmanager.memory.process.size")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(1728))
          .withDescription(
              "The memory of a TaskManager's process, which on YARN is its container's.");

  /** Memory for sorting, hashing and state. */
  public static final ConfigOption<MemorySize> MANAGED_MEMORY =
      key("taskmanager.memory.managed.size")
          .memoryType()
          .noDefaultValue()
          .withDescription(
              "How much memory the jobs of a TaskManager may take for sorting, grouping and joining"
                  + " before they go to disk; 40 % of the heap by default.");

  /** Memory for records of other workers. */
  public static final ConfigOption<MemorySize> NETWORK_MEMORY_MAX =
      key("taskmanager.memory.network.max")
          .memoryType()
          .noDefaultValue()
          .withDescription(
              "How much memory records of other TaskManagers may take in a TaskManager before tasks"
                  + " take them in; a tenth of the heap by default. A channel has 32 kb even when"
                  + " there are too many for it.");

  /** How other workers reach this one. */
  public static final ConfigOption<String> HOST =
      key("taskmanager.host")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The host by which others reach this TaskManager; the machine's name by default.");

  /** Address that is listened on. */
  public static final ConfigOption<String> BIND_HOST =
      key("taskmanager.bind-host")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The address that a TaskManager listens on; that of taskmanager.host by default.");

  /** Data port. */
  public static final ConfigOption<Integer> DATA_PORT =
      key("taskmanager.data.port")
          .intType()
          .defaultValue(0)
          .withDescription("The data port of a TaskManager; 0 for a free one.");

  /** How batches are compressed on the network. */
  public enum Compression {
    /** Not at all. */
    NONE,
    /** LZ4. */
    LZ4,
    /** Zstandard at its fastest level. */
    ZSTD
  }

  /** Compression between workers. */
  public static final ConfigOption<Compression> NETWORK_COMPRESSION =
      key("taskmanager.network.compression.codec")
          .enumType(Compression.class)
          .defaultValue(Compression.NONE)
          .withDescription(
              "How records are compressed between TaskManagers; may be set per job. Pays where the"
                  + " network is slower than the cores.");

  /** The largest record. */
  public static final ConfigOption<MemorySize> RECORD_SIZE_MAX =
      key("taskmanager.network.record-size.max")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(32))
          .withDescription(
              "The largest record, in bytes as it is written, that a step may send to another, from"
                  + " 1 kb to 48 mb; may be set per job. A larger one fails the job and names the"
                  + " step.");

  private TaskManagerOptions() {}
}
