package dev.weft.engine.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.protocol.CheckpointKind;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class WireFrameTest {
  private static final ChannelKey KEY =
      new ChannelKey("0123456789abcdef0123456789abcdef", 3, 7, 11, 13);

  private static ByteBuffer write(Frame frame, long sequence) {
    ByteSink sink = new ByteSink(16);
    byte[] prefix = WireFrame.prefix(KEY);
    int offset = WireFrame.begin(sink, WireFrame.typeOf(frame), prefix, sequence);
    WireFrame.writeControl(frame, sink);
    return WireFrame.finish(sink, offset);
  }

  @Test
  void framesComeBackAsTheyWere() {
    List<Frame> frames =
        List.of(
            new Frame.Watermark(Long.MIN_VALUE),
            new Frame.Idle(true),
            new Frame.Idle(false),
            new Frame.Barrier(42, CheckpointKind.CHECKPOINT, "hdfs://host/größe/chk-42", 41),
            new Frame.EndOfInput());
    for (Frame frame : frames) {
      WireFrame read = WireFrame.read(write(frame, 1L << 40));
      assertEquals(KEY, read.key());
      assertEquals(1L << 40, read.sequence());
      assertEquals(frame, read.control());
    }
  }

  @Test
  void creditsAndPingsComeBack() {
    WireFrame credit = WireFrame.read(WireFrame.credit(WireFrame.prefix(KEY), 1234567, 7654321));
    assertEquals(WireFrame.CREDIT, credit.type());
    assertEquals(1234567, credit.payload().getLong());
    assertEquals(7654321, credit.payload().getLong());
    WireFrame returned = WireFrame.read(WireFrame.returned(WireFrame.prefix(KEY), 42));
    assertEquals(WireFrame.RETURN, returned.type());
    assertEquals(42, returned.payload().getLong());
    assertEquals(WireFrame.PING, WireFrame.read(WireFrame.ofLink(WireFrame.PING)).type());
  }

  @Test
  void everyFlippedBitIsFound() {
    ByteBuffer good = write(new Frame.Barrier(42, CheckpointKind.CHECKPOINT, "dir", 0), 5);
    for (int bit = 0; bit < good.limit() * 8; bit++) {
      byte[] bytes = good.array().clone();
      bytes[bit / 8] ^= (byte) (1 << (bit % 8));
      assertDamaged(ByteBuffer.wrap(bytes));
    }
  }

  @Test
  void everyShorterFrameIsRefused() {
    ByteBuffer good = write(new Frame.Barrier(42, CheckpointKind.CHECKPOINT, "dir", 0), 5);
    for (int length = 0; length < good.limit(); length++) {
      assertDamaged(ByteBuffer.wrap(good.array(), 0, length).slice());
    }
  }

  @Test
  void unknownTypesAreRefused() {
    ByteSink sink = new ByteSink(16);
    int offset = WireFrame.begin(sink, (byte) 99, WireFrame.prefix(KEY), 0);
    assertDamaged(WireFrame.finish(sink, offset));
  }

  @Test
  void aLyingLengthIsRefused() {
    ByteSink sink = new ByteSink(16);
    WireFrame.begin(sink, WireFrame.WATERMARK, WireFrame.prefix(KEY), 0);
    sink.writeLong(1);
    assertDamaged(WireFrame.finish(sink, sink.position() - 12 + 1));
  }

  private static void assertDamaged(ByteBuffer frame) {
    WeftException refused = assertThrows(WeftException.class, () -> WireFrame.read(frame));
    assertEquals(ErrorCode.ENGINE, refused.code());
  }
}
