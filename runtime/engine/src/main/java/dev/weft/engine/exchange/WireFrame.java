package dev.weft.engine.exchange;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.protocol.CheckpointKind;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * A frame as bytes between two workers, big-endian: version, type; then, but for pings and
 * farewells, scope (length as a variable-length number, ASCII), attempt, edge, producing subtask,
 * consuming subtask, sequence number (eight bytes), length of the payload and the payload; at the
 * end the CRC32C of everything before.
 *
 * @param type one of the constants
 * @param key the channel; null for pings and farewells
 * @param sequence counts the frames of the channel from 0; credits and what is returned of them are
 *     not counted
 * @param payload the rest; empty for most
 */
record WireFrame(byte type, ChannelKey key, long sequence, ByteBuffer payload) {
  /** Larger frames are neither sent nor taken. */
  static final int BYTES_MAX = 64 << 20;

  /** What a frame costs in credit besides its bytes: the receiver's own memory for it. */
  static final int OVERHEAD_BYTES = 64;

  static final byte DATA = 1;
  static final byte WATERMARK = 2;
  static final byte IDLE = 3;
  static final byte BARRIER = 4;
  static final byte END = 5;

  /** From the receiver: so many more bytes may be sent, and how large its window is now. */
  static final byte CREDIT = 6;

  /** Says that the sender lives. */
  static final byte PING = 7;

  /** Says that the sender closes the connection because no channel needs it any more. */
  static final byte BYE = 8;

  /** Says beside the frames of a channel that a barrier was sent. */
  static final byte ANNOUNCEMENT = 9;

  /** Data like any other, of a sender that had to wait for credit before. */
  static final byte DATA_THAT_WAITED = 10;

  /** From the sender: it gives so much of its credit back. */
  static final byte RETURN = 11;

  private static final byte VERSION = 2;
  private static final int CHECKSUM_BYTES = 4;
  private static final int SCOPE_BYTES_MAX = 256;

  /** The bytes that name a channel in each of its frames. */
  static byte[] prefix(ChannelKey key) {
    ByteSink sink = new ByteSink(64);
    byte[] scope = key.scope().getBytes(StandardCharsets.US_ASCII);
    sink.writeVarInt(scope.length);
    sink.write(scope, 0, scope.length);
    sink.writeInt(key.attempt());
    sink.writeInt(key.edge());
    sink.writeInt(key.producer());
    sink.writeInt(key.consumer());
    return sink.toBytes();
  }

  /**
   * Begins a frame; the payload follows.
   *
   * @return where the payload's length goes, for {@link #finish}
   */
  static int begin(ByteSink sink, byte type, byte[] prefix, long sequence) {
    sink.reset();
    sink.writeByte(VERSION);
    sink.writeByte(type);
    sink.write(prefix, 0, prefix.length);
    sink.writeLong(sequence);
    sink.writeInt(0);
    return sink.position() - Integer.BYTES;
  }

  /** Whether a frame is small enough to be sent. */
  static boolean fits(ByteSink sink) {
    return sink.position() <= BYTES_MAX - CHECKSUM_BYTES;
  }

  /**
   * Ends a frame.
   *
   * @throws WeftException with code DATA when it is too large
   */
  static ByteBuffer finish(ByteSink sink, int lengthOffset) {
    int length = sink.position() - lengthOffset - Integer.BYTES;
    if (!fits(sink)) {
      throw new WeftException(
          ErrorCode.DATA,
          "A batch has "
              + length
              + " bytes, more than the "
              + BYTES_MAX
              + " that go over the network at once; make the records smaller");
    }
    sink.putInt(lengthOffset, length);
    return checked(sink);
  }

  static ByteBuffer credit(byte[] prefix, long bytes, long window) {
    ByteSink sink = new ByteSink(prefix.length + 40);
    int offset = begin(sink, CREDIT, prefix, 0);
    sink.writeLong(bytes);
    sink.writeLong(window);
    return finish(sink, offset);
  }

  static ByteBuffer returned(byte[] prefix, long bytes) {
    ByteSink sink = new ByteSink(prefix.length + 32);
    int offset = begin(sink, RETURN, prefix, 0);
    sink.writeLong(bytes);
    return finish(sink, offset);
  }

  /** A frame that concerns the connection as a whole. */
  static ByteBuffer ofLink(byte type) {
    ByteSink sink = new ByteSink(16);
    sink.writeByte(VERSION);
    sink.writeByte(type);
    return checked(sink);
  }

  private static ByteBuffer checked(ByteSink sink) {
    CRC32C crc = new CRC32C();
    crc.update(sink.array(), 0, sink.position());
    sink.writeInt((int) crc.getValue());
    return ByteBuffer.wrap(sink.toBytes());
  }

  /**
   * Reads a frame; the payload shares the buffer's memory.
   *
   * @throws WeftException with code ENGINE when it is damaged or of another version
   */
  static WireFrame read(ByteBuffer frame) {
    int bytes = frame.remaining();
    if (bytes < 2 + CHECKSUM_BYTES || bytes > BYTES_MAX) {
      throw damaged("it has " + bytes + " bytes");
    }
    int end = frame.limit() - CHECKSUM_BYTES;
    CRC32C crc = new CRC32C();
    crc.update(frame.duplicate().limit(end));
    if ((int) crc.getValue() != frame.getInt(end)) {
      throw damaged("its CRC32C does not match");
    }
    frame.limit(end);
    byte version = frame.get();
    if (version != VERSION) {
      throw damaged("its version is " + version + " and not " + VERSION);
    }
    byte type = frame.get();
    if (type == PING || type == BYE) {
      return new WireFrame(type, null, 0, frame);
    }
    if (type < DATA || type > RETURN) {
      throw damaged("its type " + type + " is unknown");
    }
    try {
      return readChannelFrame(type, frame);
    } catch (BufferUnderflowException e) {
      throw damaged("it is too short");
    }
  }

  private static WireFrame readChannelFrame(byte type, ByteBuffer frame) {
    int scopeBytes = ByteSink.readVarInt(frame);
    if (scopeBytes < 0 || scopeBytes > SCOPE_BYTES_MAX) {
      throw damaged("its scope has " + scopeBytes + " bytes");
    }
    byte[] scope = new byte[scopeBytes];
    frame.get(scope);
    ChannelKey key =
        new ChannelKey(
            new String(scope, StandardCharsets.US_ASCII),
            frame.getInt(),
            frame.getInt(),
            frame.getInt(),
            frame.getInt());
    long sequence = frame.getLong();
    int length = frame.getInt();
    if (length != frame.remaining()) {
      throw damaged("it says " + length + " bytes and carries " + frame.remaining());
    }
    return new WireFrame(type, key, sequence, frame);
  }

  private static WeftException damaged(String what) {
    return new WeftException(ErrorCode.ENGINE, "A frame from another worker is damaged: " + what);
  }

  /** Appends the payload of a frame that is not data and returns its type. */
  static void writeControl(Frame frame, ByteSink sink) {
    if (frame instanceof Frame.Watermark watermark) {
      sink.writeLong(watermark.timestamp());
    } else if (frame instanceof Frame.Idle idle) {
      sink.writeByte(idle.idle() ? 1 : 0);
    } else if (frame instanceof Frame.Barrier barrier) {
      byte[] directory = barrier.directory().getBytes(StandardCharsets.UTF_8);
      sink.writeLong(barrier.checkpointId());
      sink.writeByte(barrier.kind().ordinal());
      sink.writeLong(barrier.baseCheckpointId());
      sink.write(directory, 0, directory.length);
    }
  }

  /** The type of a frame on the wire. */
  static byte typeOf(Frame frame) {
    if (frame instanceof Frame.Data) {
      return DATA;
    } else if (frame instanceof Frame.Watermark) {
      return WATERMARK;
    } else if (frame instanceof Frame.Idle) {
      return IDLE;
    } else if (frame instanceof Frame.Barrier) {
      return BARRIER;
    }
    return END;
  }

  /** Hands an announcement on. */
  void announce(Announcements announcements) {
    if (payload.remaining() != Long.BYTES + 1) {
      throw damaged("an announcement has " + payload.remaining() + " bytes");
    }
    announcements.announced(payload.getLong(), payload.get() != 0);
  }

  /** The frame that {@link #writeControl} wrote; not for data and credits. */
  Frame control() {
    try {
      return switch (type) {
        case WATERMARK -> new Frame.Watermark(payload.getLong());
        case IDLE -> new Frame.Idle(payload.get() != 0);
        case BARRIER -> {
          long checkpointId = payload.getLong();
          CheckpointKind kind = kind(payload.get());
          long base = payload.getLong();
          byte[] directory = new byte[payload.remaining()];
          payload.get(directory);
          yield new Frame.Barrier(
              checkpointId, kind, new String(directory, StandardCharsets.UTF_8), base);
        }
        case END -> new Frame.EndOfInput();
        default -> throw damaged("its type " + type + " is not expected here");
      };
    } catch (BufferUnderflowException e) {
      throw damaged("its payload is too short");
    }
  }

  private static CheckpointKind kind(byte ordinal) {
    CheckpointKind[] kinds = CheckpointKind.values();
    if (ordinal < 0 || ordinal >= kinds.length) {
      throw damaged("its barrier is of kind " + ordinal);
    }
    return kinds[ordinal];
  }
}
