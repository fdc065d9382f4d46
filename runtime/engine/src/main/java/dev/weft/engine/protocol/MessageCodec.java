package dev.weft.engine.protocol;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One end of a conversation in {@link Message}s: makes frames of bytes from them and back. The
 * first frame of each direction is the {@link #greeting}, which carries the schema of its sender,
 * so that versions that differ in optional components understand each other. One thread decodes.
 */
public final class MessageCodec {
  /** Larger messages are neither sent nor taken. */
  public static final int MESSAGE_BYTES_MAX = 16 << 20;

  private static final RecordCodec<Message> CODEC = RecordCodec.of(Message.class);

  private RecordCodec.Decoder<Message> decoder;

  /** The first frame to send. */
  public static ByteBuffer greeting() {
    return ByteBuffer.wrap(CODEC.header());
  }

  /**
   * A message as a frame. Thread-safe.
   *
   * @throws WeftException with code ENGINE when it is too large
   */
  public static ByteBuffer encode(Message message) {
    byte[] bytes = CODEC.encode(message);
    if (bytes.length > MESSAGE_BYTES_MAX) {
      throw new WeftException(
          ErrorCode.ENGINE,
          "A message "
              + message.getClass().getSimpleName()
              + " has "
              + bytes.length
              + " bytes, more than the "
              + MESSAGE_BYTES_MAX
              + " that may be sent");
    }
    return ByteBuffer.wrap(bytes);
  }

  /**
   * Takes the next frame in order.
   *
   * @return the message, or null for the greeting
   * @throws IOException when the frame is damaged or its sender speaks another version that cannot
   *     be understood; the connection is of no use any more
   */
  public Message decode(ByteBuffer frame) throws IOException {
    if (decoder == null) {
      decoder = CODEC.readHeader(frame);
      return null;
    }
    if (frame.remaining() > MESSAGE_BYTES_MAX) {
      throw new IOException("A message of " + frame.remaining() + " bytes is too large");
    }
    return decoder.decode(frame);
  }
}
