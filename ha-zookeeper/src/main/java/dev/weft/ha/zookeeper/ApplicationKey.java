package dev.weft.ha.zookeeper;

import dev.weft.engine.world.Verify;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.curator.framework.api.ACLProvider;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ACL;

/**
 * Access to the application's nodes: everything for whoever knows the application's secret, nothing
 * for anybody else. ZooKeeper is told a password that is derived from the secret, never the secret.
 */
final class ApplicationKey implements ACLProvider {
  private static final String USER = "weft";
  private static final String PURPOSE = "weft zookeeper access v1";

  /** The shared root: anyone may look and add an application, nobody may change or remove one. */
  static final List<ACL> SHARED =
      List.of(new ACL(ZooDefs.Perms.READ | ZooDefs.Perms.CREATE, ZooDefs.Ids.ANYONE_ID_UNSAFE));

  private final byte[] credentials;

  ApplicationKey(byte[] secret) {
    Verify.verify(secret != null && secret.length > 0, "the application has no secret");
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      String password =
          Base64.getUrlEncoder()
              .withoutPadding()
              .encodeToString(mac.doFinal(PURPOSE.getBytes(StandardCharsets.UTF_8)));
      credentials = (USER + ":" + password).getBytes(StandardCharsets.UTF_8);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  /** What the digest scheme takes. */
  byte[] credentials() {
    return credentials.clone();
  }

  @Override
  public List<ACL> getDefaultAcl() {
    return ZooDefs.Ids.CREATOR_ALL_ACL;
  }

  @Override
  public List<ACL> getAclForPath(String path) {
    return ZooDefs.Ids.CREATOR_ALL_ACL;
  }
}
