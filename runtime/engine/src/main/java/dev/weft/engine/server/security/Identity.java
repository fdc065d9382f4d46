package dev.weft.engine.server.security;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * What a process proves itself with.
 *
 * @param key its private key
 * @param certificate issued by the application's authority; its common name is the identity
 * @param authority the application's authority, which alone is trusted
 */
public record Identity(PrivateKey key, X509Certificate certificate, X509Certificate authority) {
  /** The identity of leaders. No worker gets it. */
  public static final String LEADER = "leader";

  /** The name that the certificate proves. */
  public String name() {
    return nameOf(certificate);
  }

  /** The common name of a certificate; empty when it has none. */
  public static String nameOf(X509Certificate certificate) {
    try {
      LdapName subject = new LdapName(certificate.getSubjectX500Principal().getName());
      for (Rdn rdn : subject.getRdns()) {
        if (rdn.getType().equalsIgnoreCase("CN")) {
          return String.valueOf(rdn.getValue());
        }
      }
      return "";
    } catch (InvalidNameException e) {
      return "";
    }
  }

  static X509Certificate certificate(byte[] encoded) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(encoded));
  }

  static PrivateKey privateKey(byte[] encoded) throws GeneralSecurityException {
    return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded));
  }

  @Override
  public String toString() {
    return "Identity[" + name() + "]";
  }
}
