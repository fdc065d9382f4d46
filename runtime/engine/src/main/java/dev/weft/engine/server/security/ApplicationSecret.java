package dev.weft.engine.server.security;

import static dev.weft.engine.world.Verify.verify;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret of an application, 256 bits. It never leaves client and leader; everything that others
 * hold is derived from it with HKDF (RFC 5869, SHA-256) under a name of its own.
 */
public final class ApplicationSecret {
  private static final int BYTES = 32;
  private static final byte[] SALT = "weft-1".getBytes(StandardCharsets.US_ASCII);

  private final byte[] secret;

  private ApplicationSecret(byte[] secret) {
    verify(secret.length == BYTES, "the secret has %s bytes", secret.length);
    this.secret = secret.clone();
  }

  /** A new secret. */
  public static ApplicationSecret create() {
    byte[] secret = new byte[BYTES];
    new SecureRandom().nextBytes(secret);
    return new ApplicationSecret(secret);
  }

  /** A secret that was made before. */
  public static ApplicationSecret of(byte[] secret) {
    return new ApplicationSecret(secret);
  }

  /** The token that lets its bearer change things through REST. */
  public String restAdminToken() {
    return HexFormat.of().formatHex(derive("rest-admin"));
  }

  /** The token that lets its bearer look at things through REST. */
  public String restViewToken() {
    return HexFormat.of().formatHex(derive("rest-view"));
  }

  /** What access to the election is derived from. */
  public byte[] electionSecret() {
    return derive("election");
  }

  /** 256 bits that say nothing about the secret nor about those of another name. */
  byte[] derive(String name) {
    byte[] pseudoRandomKey = hmac(SALT, secret);
    byte[] info = name.getBytes(StandardCharsets.UTF_8);
    byte[] block = java.util.Arrays.copyOf(info, info.length + 1);
    block[info.length] = 1;
    return hmac(pseudoRandomKey, block);
  }

  byte[] bytes() {
    return secret.clone();
  }

  private static byte[] hmac(byte[] key, byte[] data) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  @Override
  public String toString() {
    return "ApplicationSecret[hidden]";
  }
}
