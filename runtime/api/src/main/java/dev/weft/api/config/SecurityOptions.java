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

  private SecurityOptions() {}
}
