package dev.weft.engine.server.security;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.util.List;
import javax.net.ssl.SSLException;

/**
 * TLS 1.3 in both directions, with trust in nobody but the application's authority. Host names mean
 * nothing: a peer is who its certificate's common name says.
 */
public final class TlsContexts {
  private static final String PROTOCOL = "TLSv1.3";
  private static final List<String> CIPHERS =
      List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384");

  /**
   * A format of key stores that does not derive a key from a password: the stores live in memory
   * only, and deriving takes longer than the rest of a process's network.
   */
  private static final String KEY_STORE = "JKS";

  /** BoringSSL where its native library loads, at a fraction of the cost of the JDK's cipher. */
  private static final SslProvider PROVIDER =
      OpenSsl.isAvailable() && SslProvider.isTlsv13Supported(SslProvider.OPENSSL)
          ? SslProvider.OPENSSL
          : SslProvider.JDK;

  private TlsContexts() {}

  /** What encrypts. */
  public static SslProvider provider() {
    return PROVIDER;
  }

  /** For accepting connections. */
  public static SslContext server(Identity identity) {
    try {
      return SslContextBuilder.forServer(identity.key(), identity.certificate())
          .clientAuth(ClientAuth.REQUIRE)
          .trustManager(identity.authority())
          .keyStoreType(KEY_STORE)
          .sslProvider(PROVIDER)
          .protocols(PROTOCOL)
          .ciphers(CIPHERS)
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException("TLS can not be set up for " + identity, e);
    }
  }

  /** For making connections. */
  public static SslContext client(Identity identity) {
    try {
      return SslContextBuilder.forClient()
          .keyManager(identity.key(), identity.certificate())
          .trustManager(identity.authority())
          .endpointIdentificationAlgorithm(null)
          .keyStoreType(KEY_STORE)
          .sslProvider(PROVIDER)
          .protocols(PROTOCOL)
          .ciphers(CIPHERS)
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException("TLS can not be set up for " + identity, e);
    }
  }
}
