package dev.weft.engine.server.security;

import static dev.weft.engine.world.Verify.verify;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The certificate authority of one application (ECDSA on P-256). The client makes it at submission;
 * the leader issues an identity to each worker before it starts it. Keys and signatures are the
 * JDK's; Bouncy Castle only writes the certificates.
 */
public final class ApplicationCa {
  /** The application's processes may run long; nobody outside of it trusts the authority. */
  private static final Duration VALIDITY = Duration.ofDays(3650);

  /** Clocks of nodes differ. */
  private static final Duration CLOCK_SKEW = Duration.ofDays(1);

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final String SIGNATURE = "SHA256withECDSA";

  private final PrivateKey key;
  private final X509Certificate certificate;

  ApplicationCa(PrivateKey key, X509Certificate certificate) {
    this.key = key;
    this.certificate = certificate;
  }

  /** A new authority. */
  public static ApplicationCa create() {
    KeyPair pair = newKeyPair();
    X500Name name = name("weft application authority");
    try {
      X509v3CertificateBuilder builder = builder(name, name, pair.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
      return new ApplicationCa(pair.getPrivate(), sign(builder, pair.getPrivate()));
    } catch (IOException | OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalStateException("the application's authority can not be made", e);
    }
  }

  /** The identity of a leader. */
  public Identity issueLeader() {
    return issue(Identity.LEADER);
  }

  /**
   * The identity of a worker.
   *
   * @param workerId up to 64 letters, digits, dots, dashes and underscores
   */
  public Identity issueWorker(String workerId) {
    verify(NAME.matcher(workerId).matches(), "'%s' can not be the id of a worker", workerId);
    verify(!workerId.equals(Identity.LEADER), "a worker can not be called leader");
    return issue(workerId);
  }

  private Identity issue(String commonName) {
    KeyPair pair = newKeyPair();
    try {
      X500Name issuer = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
      X509v3CertificateBuilder builder = builder(issuer, name(commonName), pair.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(
          Extension.extendedKeyUsage,
          false,
          new ExtendedKeyUsage(
              new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}));
      return new Identity(pair.getPrivate(), sign(builder, key), certificate);
    } catch (IOException | OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalStateException("no certificate can be made for " + commonName, e);
    }
  }

  PrivateKey key() {
    return key;
  }

  X509Certificate certificate() {
    return certificate;
  }

  private static X509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, PublicKey publicKey) {
    Instant now = Instant.now();
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(127, new SecureRandom()),
        Date.from(now.minus(CLOCK_SKEW)),
        Date.from(now.plus(VALIDITY)),
        subject,
        publicKey);
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
      throws OperatorCreationException, IOException, GeneralSecurityException {
    byte[] encoded = builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)).getEncoded();
    return Identity.certificate(encoded);
  }

  private static X500Name name(String commonName) {
    return new X500NameBuilder().addRDN(BCStyle.CN, commonName).build();
  }

  private static KeyPair newKeyPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has elliptic curve keys on P-256", e);
    }
  }
}
