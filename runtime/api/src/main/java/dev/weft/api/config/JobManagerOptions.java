package dev.weft.api.config;

import static dev.weft.api.config.ConfigOptions.key;

/** Options of JobManagers, which on YARN are ApplicationMasters. */
public final class JobManagerOptions {
  /** Where TaskManagers and clients find the JobManager. */
  public static final ConfigOption<String> ADDRESS =
      key("jobmanager.rpc.address")
          .stringType()
          .defaultValue("localhost")
          .withDescription("The host by which TaskManagers reach the JobManager.");

  /** Control port. */
  public static final ConfigOption<Integer> PORT =
      key("jobmanager.rpc.port")
          .intType()
          .defaultValue(6123)
          .withDescription("The control port of the JobManager; 0 for a free one.");

  /** Address that is listened on. */
  public static final ConfigOption<String> BIND_HOST =
      key("jobmanager.bind-host")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The address that the JobManager listens on; that of jobmanager.rpc.address by"
                  + " default.");

  /** Memory of the process. */
  public static final ConfigOption<MemorySize> PROCESS_MEMORY =
      key("jobmanager.memory.process.size")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(1024))
          .withDescription(
              "The memory of the JobManager's process, which on YARN is its container's.");

  private JobManagerOptions() {}
}
