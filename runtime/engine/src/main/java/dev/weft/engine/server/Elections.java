package dev.weft.engine.server;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.HighAvailabilityOptions;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.cluster.LeaderElection;
import dev.weft.engine.cluster.LeaderElectionFactory;
import dev.weft.engine.plugin.Plugins;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** Opens the election that the options name. */
public final class Elections {
  private static final String DIRECTORY = "-election";

  private Elections() {}

  /**
   * Opens an election.
   *
   * @param applicationId the application; every process of it gives the same
   * @param secret from which access rights are derived; see {@code
   *     ApplicationSecret.electionSecret}
   * @param storageDirectory where an election without a service of its own keeps its files
   * @throws WeftException with code USER when no plugin offers what the options name, DEPENDENCY
   *     when it can not be opened
   */
  public static LeaderElection open(
      ProcessSetup setup, String applicationId, byte[] secret, String storageDirectory) {
    HighAvailabilityOptions.Type type = setup.configuration().get(HighAvailabilityOptions.TYPE);
    if (type == HighAvailabilityOptions.Type.NONE) {
      return onFiles(setup.files(), applicationId, storageDirectory);
    }
    return byPlugin(setup, type.name().toLowerCase(Locale.ROOT), applicationId, secret);
  }

  /** The election that keeps its files in the storage directory. */
  public static LeaderElection onFiles(
      FileStore files, String applicationId, String storageDirectory) {
    return new FileElection(files, storageDirectory + "/" + applicationId + DIRECTORY);
  }

  private static LeaderElection byPlugin(
      ProcessSetup setup, String type, String applicationId, byte[] secret) {
    Plugins plugins = setup.plugins();
    Configuration configuration = setup.configuration();
    List<LeaderElectionFactory> factories = plugins.services(LeaderElectionFactory.class);
    for (LeaderElectionFactory factory : factories) {
      if (factory.type().equals(type)) {
        try {
          return factory.open(configuration, applicationId, secret);
        } catch (IOException e) {
          throw new WeftException(
              ErrorCode.DEPENDENCY,
              "The leader election '" + type + "' can not be opened: " + e,
              e);
        }
      }
    }
    throw new WeftException(
        ErrorCode.USER,
        "No plugin offers high-availability.type: "
            + type
            + "; is plugins/"
            + type
            + " installed? Found: "
            + factories.stream().map(LeaderElectionFactory::type).toList());
  }
}
