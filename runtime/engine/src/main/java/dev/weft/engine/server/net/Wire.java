package dev.weft.engine.server.net;

import dev.weft.engine.protocol.MessageCodec;
import dev.weft.engine.world.Transport.Service;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/** The bytes around frames: a length of four bytes, and the hello that opens a connection. */
final class Wire {
  /** Bytes of the length that precedes each frame. */
  static final int LENGTH_BYTES = 4;

  /** The longest data frame; a record that is larger can not be sent. */
  static final int DATA_FRAME_BYTES_MAX = 64 << 20;

  private static final int MAGIC = 0x57454654;
  private static final byte VERSION = 1;
  private static final int HELLO_BYTES = 6;
  private static final int PLAIN = 0x10;

  private Wire() {}

  /** The longest frame of a service. */
  static int frameBytesMax(Service service) {
    return switch (service) {
      case CONTROL -> MessageCodec.MESSAGE_BYTES_MAX;
      case DATA -> DATA_FRAME_BYTES_MAX;
    };
  }

  /** Says for what a connection is, and whether it leaves TLS once both ends are known. */
  record Hello(Service service, boolean plain) {}

  /** The first frame of whoever connects. */
  static ByteBuffer hello(Hello hello) {
    return ByteBuffer.allocate(HELLO_BYTES).putInt(MAGIC).put(VERSION).put(code(hello)).flip();
  }

  /**
   * Reads a hello.
   *
   * @throws IllegalArgumentException when it is none, or of another version
   */
  static Hello readHello(ByteBuf frame) {
    if (frame.readableBytes() != HELLO_BYTES || frame.readInt() != MAGIC) {
      throw new IllegalArgumentException("the peer does not speak this protocol");
    }
    byte version = frame.readByte();
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "the peer speaks version " + version + " of the protocol, not " + VERSION);
    }
    byte code = frame.readByte();
    for (Service service : Service.values()) {
      for (boolean plain : new boolean[] {false, true}) {
        Hello hello = new Hello(service, plain);
        if (code(hello) == code) {
          return hello;
        }
      }
    }
    throw new IllegalArgumentException("the peer wants the unknown service " + code);
  }

  private static byte code(Hello hello) {
    byte code =
        switch (hello.service()) {
          case CONTROL -> 1;
          case DATA -> 2;
        };
    return (byte) (hello.plain() ? code | PLAIN : code);
  }
}
