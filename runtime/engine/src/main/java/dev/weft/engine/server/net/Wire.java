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

  private Wire() {}

  /** The longest frame of a service. */
  static int frameBytesMax(Service service) {
    return switch (service) {
      case CONTROL -> MessageCodec.MESSAGE_BYTES_MAX;
      case DATA -> DATA_FRAME_BYTES_MAX;
    };
  }

  /** The first frame of whoever connects. */
  static ByteBuffer hello(Service service) {
    return ByteBuffer.allocate(HELLO_BYTES).putInt(MAGIC).put(VERSION).put(code(service)).flip();
  }

  /**
   * Reads a hello.
   *
   * @throws IllegalArgumentException when it is none, or of another version
   */
  static Service readHello(ByteBuf frame) {
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
      if (code(service) == code) {
        return service;
      }
    }
    throw new IllegalArgumentException("the peer wants the unknown service " + code);
  }

  private static byte code(Service service) {
    return switch (service) {
      case CONTROL -> 1;
      case DATA -> 2;
    };
  }
}
