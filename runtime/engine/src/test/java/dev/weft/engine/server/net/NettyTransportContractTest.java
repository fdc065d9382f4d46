package dev.weft.engine.server.net;

import dev.weft.api.config.SecurityOptions.DataEncryption;
import dev.weft.engine.server.security.Identity;
import dev.weft.engine.server.security.SecurityBundle;
import dev.weft.engine.world.Loop;
import dev.weft.engine.world.Transport;

/** The contract of networks over TCP and TLS. */
class NettyTransportContractTest extends RealNetworkContract {
  private static final SecurityBundle.Leader APPLICATION = SecurityBundle.Leader.create("app-1");

  @Override
  Transport join(String name, Loop loop) {
    Identity identity = APPLICATION.issueWorker(name).identity();
    return new NettyTransport(
        name,
        new NettyTransport.Security(identity, DataEncryption.ON),
        new NettyTransport.Listening("127.0.0.1", "localhost", "0"),
        loop);
  }

  @Override
  void leave(Transport transport) {
    ((NettyTransport) transport).close();
  }
}
