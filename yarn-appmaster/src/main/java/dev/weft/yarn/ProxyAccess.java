package dev.weft.yarn;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.YarnOptions;
import dev.weft.engine.server.rest.TrustedProxy;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.hadoop.security.authorize.AccessControlList;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.webapp.util.WebAppUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who may look through the ResourceManager's proxy. */
final class ProxyAccess {
  private static final String USER_COOKIE = "proxy-user";
  private static final Logger LOG = LoggerFactory.getLogger(ProxyAccess.class);

  private ProxyAccess() {}

  /** The owner and whom the application's view ACL names; all when YARN asks nobody. */
  static TrustedProxy of(
      org.apache.hadoop.conf.Configuration hadoop, Configuration configuration, String owner) {
    Set<String> addresses = new LinkedHashSet<>();
    for (String proxy : WebAppUtils.getProxyHostsAndPortsForAmFilter(hadoop)) {
      String host = proxy.substring(0, Math.max(proxy.lastIndexOf(':'), 0));
      try {
        for (InetAddress address : InetAddress.getAllByName(host)) {
          addresses.add(address.getHostAddress());
        }
      } catch (UnknownHostException e) {
        LOG.warn("The host of YARN's proxy is not known: {}", host);
      }
    }
    boolean asks =
        hadoop.getBoolean(
            YarnConfiguration.YARN_ACL_ENABLE, YarnConfiguration.DEFAULT_YARN_ACL_ENABLE);
    String acl = configuration.getOptional(YarnOptions.VIEW_ACLS).orElse(" ");
    AccessControlList viewers = new AccessControlList(acl);
    return new TrustedProxy(
        addresses,
        USER_COOKIE,
        user ->
            !asks
                || user.equals(owner)
                || viewers.isUserAllowed(UserGroupInformation.createRemoteUser(user)));
  }
}
