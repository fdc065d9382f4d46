package dev.weft.engine.server.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.world.Link;
import dev.weft.engine.world.LinkHandler;
import dev.weft.engine.world.Transport.Delivery;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How bytes become frames. */
class FrameHandlerTest {
  private static final int FRAME_BYTES_MAX = 16;

  private final List<String> frames = new ArrayList<>();
  private final List<Throwable> causes = new ArrayList<>();

  @Test
  void framesComeOutWhateverThePiecesAre() {
    byte[] all = bytes("first", "", "x", "0123456789abcdef", "last");
    for (int piece = 1; piece <= all.length; piece++) {
      frames.clear();
      EmbeddedChannel channel = channel();
      for (int from = 0; from < all.length; from += piece) {
        int count = Math.min(piece, all.length - from);
        ByteBuf bytes = Unpooled.copiedBuffer(all, from, count);
        channel.writeInbound(bytes);
        assertEquals(0, bytes.refCnt());
      }
      List<String> expected = List.of("first", "", "x", "0123456789abcdef", "last");
      assertEquals(expected, frames, "pieces of " + piece + " bytes");
      assertTrue(channel.isOpen());
    }
  }

  @Test
  void aFrameThatIsTooLongEndsTheConnectionBeforeMemoryIsTakenForIt() {
    for (int length : new int[] {FRAME_BYTES_MAX + 1, Integer.MAX_VALUE, -1}) {
      frames.clear();
      causes.clear();
      EmbeddedChannel channel = channel();
      channel.writeInbound(
          Unpooled.buffer().writeBytes(bytes("good")).writeInt(length).writeBytes(bytes("bad")));
      assertEquals(List.of("good"), frames);
      assertFalse(channel.isOpen());
      assertEquals(1, causes.size());
      String cause = causes.get(0).toString();
      assertTrue(cause.contains(Integer.toUnsignedString(length)), cause);
    }
  }

  private EmbeddedChannel channel() {
    EmbeddedChannel channel = new EmbeddedChannel();
    ChannelLink link = new ChannelLink(channel, "peer", FRAME_BYTES_MAX);
    channel
        .pipeline()
        .addLast(new FrameHandler(link, new Collected(), Delivery.NETWORK, null, FRAME_BYTES_MAX));
    return channel;
  }

  private static byte[] bytes(String... frames) {
    ByteBuf all = Unpooled.buffer();
    for (String frame : frames) {
      all.writeInt(frame.length()).writeCharSequence(frame, StandardCharsets.US_ASCII);
    }
    byte[] bytes = new byte[all.readableBytes()];
    all.readBytes(bytes);
    return bytes;
  }

  private final class Collected implements LinkHandler {
    @Override
    public void opened(Link link) {}

    @Override
    public void received(Link link, ByteBuffer frame) {
      frames.add(StandardCharsets.US_ASCII.decode(frame).toString());
    }

    @Override
    public void closed(Link link, Throwable cause) {
      causes.add(cause);
    }
  }
}
