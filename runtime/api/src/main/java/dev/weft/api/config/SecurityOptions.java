package dev.weft.api.config;

import static dev.weft.api.config.ConfigOptions.key;

/** Options of how the processes of a cluster know each other. */
public final class SecurityOptions {
  /** Where the cluster's secrets lie. */
  public static final ConfigOption<String> BUNDLE_FILE =
      key("security.bundle-file")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The file with the secret and the certificate authority of a standalone cluster,"
                  + " readable by its owner alone: the JobManager makes it when it is missing,"
                  + " TaskManagers on the same machine read it, those on other machines get files"
                  + " of their own that are issued from it. By default run/cluster.security of the"
                  + " installation.");

  /** What happens to frames between tasks. */
  public enum DataEncryption {
    /** TLS 1.3. */
    ON,
    /** Peers prove themselves with TLS 1.3; what follows is readable and changeable on its way. */
    OFF
  }

  /** Whether data between workers is encrypted. */
  public static final ConfigOption<DataEncryption> DATA_ENCRYPTION =
      key("security.data.encryption")
          .enumType(DataEncryption.class)
          .defaultValue(DataEncryption.ON)
          .withDescription(
              "Whether the records between TaskManagers are encrypted. When off, both ends still"
                  + " prove who they are, and damage by accident is found, but whoever can listen"
                  + " on the network can read and change records. All processes of a cluster must"
                  + " have the same value.");

  private SecurityOptions() {}
}
