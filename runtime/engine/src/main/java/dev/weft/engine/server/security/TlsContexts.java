package dev.weft.engine.server.security;

import io.netty.handler.ssl.ClientAuth;
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

  private TlsContexts() {}

  /** For accepting connections. */
  public static SslContext server(Identity identity) {
    try {
      return SslContextBuilder.forServer(identity.key(), identity.certificate())
          .clientAuth(ClientAuth.REQUIRE)
          .trustManager(identity.authority())
          .sslProvider(SslProvider.JDK)
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
          .sslProvider(SslProvider.JDK)
          .protocols(PROTOCOL)
          .ciphers(CIPHERS)
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException("TLS can not be set up for " + identity, e);
    }
  }
}
