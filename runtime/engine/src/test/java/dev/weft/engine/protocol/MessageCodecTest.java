package dev.weft.engine.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.WeftException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MessageCodecTest {
  /** Messages with parts that the first version did not have. */
  private static final Set<Class<?>> GREW =
      Set.of(
          ToLeader.Heartbeat.class,
          ToLeader.TaskChanged.class,
          ToLeader.CheckpointAck.class,
          ToLeader.CheckpointDeclined.class,
          ToWorker.DeployTasks.class,
          ToWorker.TriggerCheckpoint.class);

  private static List<Class<?>> messages() {
    return RandomRecords.leaves(Message.class);
  }

  private static MessageCodec greeted() throws IOException {
    MessageCodec codec = new MessageCodec();
    assertNull(codec.decode(MessageCodec.greeting()));
    return codec;
  }

  @ParameterizedTest
  @MethodSource("messages")
  void everyMessageComesBackAsItWasSent(Class<?> type) throws Exception {
    MessageCodec codec = greeted();
    for (int seed = 0; seed < 50; seed++) {
      Message message = (Message) new RandomRecords(seed).make(type);
      Message back = codec.decode(MessageCodec.encode(message));
      assertEquals(RandomRecords.describe(message), RandomRecords.describe(back));
    }
  }

  @ParameterizedTest
  @MethodSource("messages")
  void truncatedAndLengthenedFramesAreRefused(Class<?> type) throws Exception {
    Message message = (Message) new RandomRecords(7).make(type);
    ByteBuffer frame = MessageCodec.encode(message);
    for (int length = 0; length < frame.remaining(); length++) {
      ByteBuffer cut = frame.duplicate().limit(length);
      assertThrows(IOException.class, () -> greeted().decode(cut));
    }
    byte[] longer = java.util.Arrays.copyOf(frame.array(), frame.remaining() + 1);
    assertThrows(IOException.class, () -> greeted().decode(ByteBuffer.wrap(longer)));
  }

  @Test
  void hugeCountsAndLengthsInSmallFramesAreRefusedWithoutAllocation() throws Exception {
    // ShutdownWorker(epoch 0, reason of 2^31 - 10 bytes that are not there)
    int branch = messages().indexOf(ToWorker.ShutdownWorker.class);
    byte[] frame = {(byte) (branch << 1), 0, (byte) 0xEC, -1, -1, -1, 15};
    assertThrows(IOException.class, () -> greeted().decode(ByteBuffer.wrap(frame)));
    // AssignSplits(epoch 0, task ("", 0, 0), attempt 0, version 0, 2^31 - 10 splits)
    int splits = messages().indexOf(ToWorker.AssignSplits.class);
    byte[] list = {(byte) (splits << 1), 0, 0, 0, 0, 0, 0, (byte) 0xEC, -1, -1, -1, 15};
    assertThrows(IOException.class, () -> greeted().decode(ByteBuffer.wrap(list)));
  }

  @Test
  void aFrameBeforeTheGreetingIsRefused() {
    ByteBuffer frame = MessageCodec.encode(new ToWorker.ShutdownWorker(1, "because"));
    assertThrows(IOException.class, () -> new MessageCodec().decode(frame));
  }

  @Test
  void aMessageThatIsTooLargeIsNamed() {
    Message message =
        new ToWorker.AssignSplits(
            1, new TaskId("a", 0, 0), 1, 1, List.of(new byte[MessageCodec.MESSAGE_BYTES_MAX]));
    WeftException e = assertThrows(WeftException.class, () -> MessageCodec.encode(message));
    assertTrue(e.getMessage().contains("AssignSplits"), e.getMessage());
  }

  @Test
  void aMessageWithoutARequiredPartIsAProgrammerError() {
    Message message = new ToWorker.ShutdownWorker(1, null);
    Exception e = assertThrows(IllegalStateException.class, () -> MessageCodec.encode(message));
    assertTrue(e.getMessage().contains("ShutdownWorker.reason"), e.getMessage());
  }

  /**
   * The bytes of one message of each kind, and the schema, as the first version wrote them. When
   * this fails, the change must be one that the old bytes survive: then add a new golden file, and
   * keep this one for {@link #bytesOfTheFirstVersionAreRead}.
   */
  @Test
  void bytesOfTheFirstVersionAreRead() throws Exception {
    Map<String, String> golden = golden();
    MessageCodec codec = new MessageCodec();
    codec.decode(ByteBuffer.wrap(HexFormat.of().parseHex(golden.get("greeting"))));
    for (Class<?> type : messages()) {
      String hex = golden.get(type.getSimpleName());
      if (hex != null) {
        Message message = codec.decode(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
        assertEquals(type, message.getClass());
        Object expected = GREW.contains(type) ? grown(message) : new RandomRecords(1).make(type);
        assertEquals(RandomRecords.describe(expected), RandomRecords.describe(message));
      }
    }
  }

  /** What this version makes of a message of the first: it survives being sent on. */
  private static Message grown(Message message) throws IOException {
    return greeted().decode(MessageCodec.encode(message));
  }

  @Test
  void theWireFormatHasNotChangedUnnoticed() throws Exception {
    Path written = Path.of("target", "messages-current.txt");
    Files.write(written, currentLines());
    assertTrue(
        goldenLines("messages-2").equals(currentLines()),
        "compare " + written + " with the golden file");
  }

  private static List<String> currentLines() throws Exception {
    List<String> lines = new ArrayList<>();
    lines.add("greeting " + HexFormat.of().formatHex(MessageCodec.greeting().array()));
    for (Class<?> type : messages()) {
      byte[] bytes = MessageCodec.encode((Message) new RandomRecords(1).make(type)).array();
      lines.add(type.getSimpleName() + " " + HexFormat.of().formatHex(bytes));
    }
    return lines;
  }

  private static List<String> goldenLines(String name) throws IOException {
    try (InputStream in = MessageCodecTest.class.getResourceAsStream("/golden/" + name + ".txt")) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
    }
  }

  private static Map<String, String> golden() throws IOException {
    Map<String, String> golden = new java.util.LinkedHashMap<>();
    for (String line : goldenLines("messages-1")) {
      golden.put(line.substring(0, line.indexOf(' ')), line.substring(line.indexOf(' ') + 1));
    }
    return golden;
  }
}
