package dev.weft.api.config;

import static dev.weft.api.config.ConfigOptions.key;

/** Options of the REST interface. */
public final class RestOptions {
  /** Host for clients. */
  public static final ConfigOption<String> ADDRESS =
      key("rest.address")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The host by which clients reach the REST interface; that of"
                  + " jobmanager.rpc.address by default.");

  /** Port for clients. */
  public static final ConfigOption<Integer> PORT =
      key("rest.port")
          .intType()
          .defaultValue(8081)
          .withDescription("The port by which clients reach the REST interface.");

  /** Address that is listened on. */
  public static final ConfigOption<String> BIND_ADDRESS =
      key("rest.bind-address")
          .stringType()
          .noDefaultValue()
          .withDescription("The address that REST listens on; that of rest.address by default.");

  /** Ports that may be listened on. */
  public static final ConfigOption<String> BIND_PORT =
      key("rest.bind-port")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The port that REST listens on, a range such as 50100-50200, or 0 for a free one;"
                  + " that of rest.port by default.");

  /** Where the token lies. */
  public static final ConfigOption<String> TOKEN_FILE =
      key("security.rest.token-file")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The file with the token that REST asks for, readable by its owner alone; the"
                  + " cluster writes it when it starts, clients read it.");

  /** Largest upload. */
  public static final ConfigOption<MemorySize> UPLOAD_MAX =
      key("rest.upload.max-size")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(512))
          .withDescription("The largest submission, plan and jars together.");

  private RestOptions() {}
}
