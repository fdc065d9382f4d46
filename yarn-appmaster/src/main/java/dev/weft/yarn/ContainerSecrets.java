package dev.weft.yarn;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.server.security.SecurityBundle;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.hadoop.io.DataOutputBuffer;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.security.Credentials;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.hadoop.security.token.Token;
import org.apache.hadoop.security.token.TokenIdentifier;
import org.apache.hadoop.yarn.security.AMRMTokenIdentifier;

/**
 * Secrets in a container's credentials, which YARN hands over in a file that the container's user
 * alone can read: never in the environment, a command line or a configuration file.
 */
final class ContainerSecrets {
  private static final Text BUNDLE = new Text(ContainerLayout.BUNDLE_SECRET);

  private ContainerSecrets() {}

  /** The bundle that this container was given. */
  static SecurityBundle bundle() throws IOException {
    byte[] bytes = UserGroupInformation.getCurrentUser().getCredentials().getSecretKey(BUNDLE);
    if (bytes == null) {
      throw new WeftException(
          ErrorCode.ENGINE,
          "The container's credentials hold no security bundle; this process must be started by"
              + " YARN for an application that 'weft run' or 'yarn-session.sh' submitted");
    }
    return SecurityBundle.fromBytes(bytes);
  }

  /**
   * Credentials for a container: tokens of this process but the one that lets an ApplicationMaster
   * speak for the application, and the container's own bundle. No other secret is handed on.
   */
  static ByteBuffer credentials(Credentials own, SecurityBundle bundle) throws IOException {
    Credentials credentials = new Credentials();
    for (Token<? extends TokenIdentifier> token : own.getAllTokens()) {
      if (!AMRMTokenIdentifier.KIND_NAME.equals(token.getKind())) {
        credentials.addToken(token.getService(), token);
      }
    }
    credentials.addSecretKey(BUNDLE, bundle.toBytes());
    DataOutputBuffer out = new DataOutputBuffer();
    credentials.writeTokenStorageToStream(out);
    return ByteBuffer.wrap(out.getData(), 0, out.getLength());
  }
}
