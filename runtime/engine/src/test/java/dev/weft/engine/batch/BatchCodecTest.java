package dev.weft.engine.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.types.TypeHint;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.TypeInformation.Field;
import dev.weft.api.types.TypeInformation.PojoType;
import dev.weft.api.types.TypeInformation.RecordType;
import dev.weft.api.types.TypeSerializer;
import dev.weft.api.types.Types;
import dev.weft.engine.batch.Samples.Basket;
import dev.weft.engine.batch.Samples.Colour;
import dev.weft.engine.batch.Samples.Inner;
import dev.weft.engine.batch.Samples.Pair;
import dev.weft.engine.batch.Samples.Sample;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BatchCodecTest {
  static List<Sample> samples() {
    return Samples.all();
  }

  private static ObjectBatch batch(Object... values) {
    return new ObjectBatch(values, null, null, values.length);
  }

  private static byte[] bytes(TypeInformation<?> type, ObjectBatch batch) {
    ByteSink sink = new ByteSink(16);
    BatchCodec.of(type).encode(batch, sink);
    return sink.toBytes();
  }

  private static Object[] values(ObjectBatch batch) {
    Object[] values = new Object[batch.size()];
    System.arraycopy(batch.values(), 0, values, 0, values.length);
    return values;
  }

  private static ObjectBatch draw(Sample sample, Random random, int size) {
    Object[] values = new Object[size];
    long[] timestamps = random.nextBoolean() ? null : new long[size];
    int[] hashes = random.nextBoolean() ? null : new int[size];
    boolean nulls = random.nextInt(3) == 0;
    for (int i = 0; i < size; i++) {
      values[i] = nulls ? Samples.or(random, sample.draw()) : sample.draw().apply(random);
      if (timestamps != null) {
        timestamps[i] = random.nextLong();
      }
      if (hashes != null) {
        hashes[i] = random.nextInt();
      }
    }
    return new ObjectBatch(values, timestamps, hashes, size);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void batchesComeBackAsTheyWere(Sample sample) {
    Random random = new Random(7);
    BatchCodec codec = BatchCodec.of(sample.type());
    ByteSink sink = new ByteSink(16);
    List<ObjectBatch> written = new ArrayList<>();
    for (int size : new int[] {0, 1, 2, 9, 1024, 1, 300}) {
      written.add(draw(sample, random, size));
      codec.encode(written.get(written.size() - 1), sink);
    }
    ByteBuffer direct = ByteBuffer.allocateDirect(sink.position()).put(sink.asBuffer()).flip();
    for (ByteBuffer source : List.of(sink.asBuffer(), direct)) {
      for (ObjectBatch expected : written) {
        ObjectBatch actual = codec.decode(source);
        assertArrayEquals(values(expected), values(actual));
        assertArrayEquals(expected.timestamps(), actual.timestamps());
        assertArrayEquals(expected.hashes(), actual.hashes());
      }
      assertFalse(source.hasRemaining());
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void damagedBytesAreRefusedOrReadButNeverCrash(Sample sample) {
    Random random = new Random(11);
    byte[] good = bytes(sample.type(), draw(sample, random, 50));
    BatchCodec codec = BatchCodec.of(sample.type());
    for (int round = 0; round < 400; round++) {
      byte[] bad = good.clone();
      for (int i = random.nextInt(3); i >= 0; i--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      try {
        codec.decode(ByteBuffer.wrap(bad));
      } catch (WeftException expected) {
        assertFalse(expected.getMessage().isEmpty());
      }
    }
    for (int length = 0; length < good.length; length++) {
      ByteBuffer cut = ByteBuffer.wrap(good, 0, length);
      assertEquals(
          ErrorCode.ENGINE, assertThrows(WeftException.class, () -> codec.decode(cut)).code());
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void singleValuesComeBackAndCopiesAreEqual(Sample sample) {
    Random random = new Random(5);
    ValueCodec codec = ValueCodec.of(sample.type());
    ByteSink sink = new ByteSink(16);
    List<Object> written = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      Object value = Samples.or(random, sample.draw());
      written.add(value);
      codec.write(value, sink);
    }
    ByteBuffer source = sink.asBuffer();
    for (Object value : written) {
      assertArrayEquals(new Object[] {value}, new Object[] {codec.read(source)});
      Object copy = codec.copy(value);
      assertArrayEquals(new Object[] {value}, new Object[] {copy});
      if (value != null && !codec.immutable()) {
        assertNotSame(value, copy);
      }
    }
    assertFalse(source.hasRemaining());
  }

  @Test
  void formatVersionOneIsFixed() {
    Object[] values = {new Pair<>("a", 1L), null, new Pair<>("\u00e9", null)};
    TypeInformation<?> type = new TypeHint<Pair<String, Long>>() {}.getTypeInfo();
    ObjectBatch batch = new ObjectBatch(values, new long[] {1, 2, 3}, new int[] {-1, 0, 1}, 3);
    String golden =
        "01"
            + "03"
            + "0003"
            + "00000036"
            + "0000000000000001"
            + "0000000000000002"
            + "0000000000000003"
            + "ffffffff"
            + "00000000"
            + "00000001"
            + "01"
            + "02"
            + "00"
            + "0161"
            + "02c3a9"
            + "01"
            + "02"
            + "0000000000000001";
    assertEquals(golden, HexFormat.of().formatHex(bytes(type, batch)));
    ByteBuffer source = ByteBuffer.wrap(HexFormat.of().parseHex(golden));
    assertArrayEquals(values, values(BatchCodec.of(type).decode(source)));
  }

  @Test
  void anotherVersionIsRefused() {
    byte[] bytes = bytes(Types.LONG, batch(1L));
    bytes[0] = 2;
    WeftException e =
        assertThrows(
            WeftException.class, () -> BatchCodec.of(Types.LONG).decode(ByteBuffer.wrap(bytes)));
    assertTrue(e.getMessage().contains("version 2"));
  }

  @Test
  void listsLongerThanABlockComeBack() {
    List<Long> longOne = LongStream.range(0, 10_000).boxed().toList();
    Object[] values = {longOne, List.of(), longOne.subList(0, 4096), List.of(1L)};
    TypeInformation<?> type = Types.LIST(Types.LONG);
    byte[] bytes = bytes(type, batch(values));
    assertArrayEquals(values, values(BatchCodec.of(type).decode(ByteBuffer.wrap(bytes))));
  }

  @Test
  void hugeCountsAreRefusedBeforeMemoryIsTaken() {
    byte[] bytes = bytes(Types.LIST(Types.VOID), batch(Collections.singletonList(null)));
    byte[] bad = java.util.Arrays.copyOf(bytes, bytes.length + 4);
    ByteSink huge = new ByteSink(8);
    huge.writeVarInt(Integer.MAX_VALUE);
    System.arraycopy(huge.array(), 0, bad, 9, 5);
    bad[7] = (byte) (bad.length - 8);
    WeftException e =
        assertThrows(
            WeftException.class,
            () -> BatchCodec.of(Types.LIST(Types.VOID)).decode(ByteBuffer.wrap(bad)));
    assertEquals(ErrorCode.ENGINE, e.code());
  }

  @Test
  void aRecordOfAnotherClassIsRefusedByName() {
    WeftException e =
        assertThrows(
            WeftException.class, () -> bytes(TypeInformation.of(Inner.class), batch("text")));
    assertEquals(ErrorCode.USER, e.code());
    assertTrue(e.getMessage().contains(Inner.class.getName()), e.getMessage());
    e = assertThrows(WeftException.class, () -> bytes(Types.LONG, batch(5)));
    assertEquals(ErrorCode.USER, e.code());
  }

  @Test
  void aSubclassOfAPojoIsRefusedInsteadOfCutDown() {
    Basket sub = new Basket() {};
    WeftException e =
        assertThrows(
            WeftException.class, () -> bytes(TypeInformation.of(Basket.class), batch(sub)));
    assertEquals(ErrorCode.USER, e.code());
  }

  /** Reads back less than it wrote. */
  static final class Forgetful implements TypeSerializer<Inner> {
    @Override
    public void serialize(Inner value, DataOutput target) throws IOException {
      target.writeUTF(value.name());
      target.writeLong(value.number());
    }

    @Override
    public Inner deserialize(DataInput source) throws IOException {
      return new Inner(source.readUTF(), source.readInt());
    }
  }

  /** Reads back more than it wrote. */
  static final class Greedy implements TypeSerializer<Inner> {
    @Override
    public void serialize(Inner value, DataOutput target) throws IOException {
      target.writeUTF(value.name());
    }

    @Override
    public Inner deserialize(DataInput source) throws IOException {
      return new Inner(source.readUTF(), source.readLong());
    }
  }

  @Test
  void aSerializerThatReadsOtherThanItWroteIsNamed() {
    for (TypeSerializer<Inner> serializer : List.of(new Forgetful(), new Greedy())) {
      TypeInformation<Inner> type = Types.CUSTOM(Inner.class, serializer);
      WeftException e =
          assertThrows(
              WeftException.class, () -> bytes(type, batch(new Inner("a", 1), new Inner("b", 2))));
      assertEquals(ErrorCode.USER, e.code());
      assertTrue(e.getMessage().contains(serializer.getClass().getName()), e.getMessage());
      assertTrue(e.getMessage().contains(Inner.class.getName()), e.getMessage());
    }
  }

  enum Fewer {
    RED
  }

  @Test
  void aConstantThatIsGoneIsNamed() {
    byte[] bytes = bytes(Types.ENUM(Colour.class), batch(Colour.RED, Colour.GREEN));
    WeftException e =
        assertThrows(
            WeftException.class,
            () -> BatchCodec.of(Types.ENUM(Fewer.class)).decode(ByteBuffer.wrap(bytes)));
    assertEquals(ErrorCode.USER, e.code());
    assertTrue(e.getMessage().contains("GREEN"), e.getMessage());
  }

  record Positive(long value) {
    Positive {
      if (value == 13) {
        throw new IllegalArgumentException("13 brings bad luck");
      }
    }
  }

  @Test
  void aConstructorThatRefusesIsTheUsersFailure() {
    byte[] bytes = bytes(TypeInformation.of(Positive.class), batch(new Positive(12)));
    bytes[bytes.length - 1] = 13;
    WeftException e =
        assertThrows(
            WeftException.class,
            () -> BatchCodec.of(TypeInformation.of(Positive.class)).decode(ByteBuffer.wrap(bytes)));
    assertEquals(ErrorCode.USER, e.code());
    assertTrue(e.getMessage().contains("bad luck"), e.getMessage());
  }

  @Test
  void aRecordWiderThanAMethodHandleTakesComesBack() throws Exception {
    Object value = WideSample.filled();
    byte[] bytes = bytes(TypeInformation.of(WideSample.class), batch(value));
    ObjectBatch back =
        BatchCodec.of(TypeInformation.of(WideSample.class)).decode(ByteBuffer.wrap(bytes));
    assertEquals(value, back.value(0));
  }

  /** Loads the classes of this test anew, as a job's loader would. */
  private static final class JobLoader extends ClassLoader {
    JobLoader() {
      super(BatchCodecTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(Samples.class.getName())) {
        return super.loadClass(name, resolve);
      }
      Class<?> known = findLoadedClass(name);
      if (known != null) {
        return known;
      }
      try (InputStream file = getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] bytes = file.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  private static WeakReference<ClassLoader> useAndForgetALoader() throws Exception {
    JobLoader loader = new JobLoader();
    Class<?> inner = loader.loadClass(Inner.class.getName());
    Class<?> basket = loader.loadClass(Basket.class.getName());
    assertNotSame(Inner.class, inner);
    var constructor = inner.getDeclaredConstructor(String.class, long.class);
    constructor.setAccessible(true);
    Object record = constructor.newInstance("x", 1L);
    Object pojo = basket.getDeclaredConstructor().newInstance();
    for (Object value : List.of(record, pojo)) {
      TypeInformation<?> type = TypeInformation.of(value.getClass());
      byte[] bytes = bytes(type, batch(value));
      Object back = BatchCodec.of(type).decode(ByteBuffer.wrap(bytes)).value(0);
      assertEquals(value.getClass(), back.getClass());
      // Compared as bytes: the JDK's own equals of records holds on to the last class it served.
      assertArrayEquals(bytes, bytes(type, batch(back)));
      KeyHasher.of(TypeInformation.of(inner)).hash(record);
    }
    return new WeakReference<>(loader);
  }

  @Test
  void aJobsClassesAreReachedAcrossLoadersAndNotHeldBack() throws Exception {
    WeakReference<ClassLoader> loader = useAndForgetALoader();
    for (int i = 0; i < 50 && loader.get() != null; i++) {
      System.gc();
    }
    assertNull(loader.get());
  }

  @Test
  void differentLayoutsHaveDifferentTexts() {
    TypeInformation<?> boxed =
        new RecordType<>(Inner.class, List.of(new Field("n", Types.LONG, false)));
    TypeInformation<?> primitive =
        new RecordType<>(Inner.class, List.of(new Field("n", Types.LONG, true)));
    TypeInformation<?> pojo =
        new PojoType<>(Inner.class, List.of(new Field("n", Types.LONG, true)));
    assertEquals("RECORD " + Inner.class.getName() + "{n LONG}", TypeText.of(boxed));
    assertEquals("RECORD " + Inner.class.getName() + "{n LONG NOT NULL}", TypeText.of(primitive));
    assertEquals("POJO " + Inner.class.getName() + "{n LONG NOT NULL}", TypeText.of(pojo));
    assertEquals(
        "MAP<STRING, LIST<INT>>", TypeText.of(Types.MAP(Types.STRING, Types.LIST(Types.INT))));
  }
}
