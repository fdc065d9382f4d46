package dev.weft.engine.batch;

import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.TypeSerializer;
import dev.weft.api.types.Types;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;

/** Types with values, for tests of everything that is written and read. */
final class Samples {
  enum Colour {
    RED,
    GREEN,
    BLUE {
      @Override
      public String toString() {
        return "blue with a body";
      }
    }
  }

  record Primitives(
      boolean z, byte b, short s, char c, int i, long l, float f, double d, boolean last) {}

  record Boxed(
      Boolean z, Byte b, Short s, Character c, Integer i, Long l, Float f, Double d, String text) {}

  record Inner(String name, long number) {}

  record Outer(Inner first, Inner second, List<Inner> more, Map<String, Long> counts, Colour hue) {}

  record Pair<A, B>(A left, B right) {}

  record Nothing() {}

  /** Public fields, properties and a list. */
  public static class Basket {
    public long id;
    public Integer size;
    private String owner;
    private double price;
    private boolean paid;
    private List<String> items;

    public String getOwner() {
      return owner;
    }

    public void setOwner(String owner) {
      this.owner = owner;
    }

    public double getPrice() {
      return price;
    }

    public void setPrice(double price) {
      this.price = price;
    }

    public boolean isPaid() {
      return paid;
    }

    public void setPaid(boolean paid) {
      this.paid = paid;
    }

    public List<String> getItems() {
      return items;
    }

    public void setItems(List<String> items) {
      this.items = items;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Basket that
          && id == that.id
          && Objects.equals(size, that.size)
          && Objects.equals(owner, that.owner)
          && Double.compare(price, that.price) == 0
          && paid == that.paid
          && Objects.equals(items, that.items);
    }

    @Override
    public int hashCode() {
      return Objects.hash(id, size, owner, price, paid, items);
    }
  }

  /** A serializer of a class of the JDK. */
  static final class UuidSerializer implements TypeSerializer<UUID> {
    @Override
    public void serialize(UUID value, DataOutput target) throws IOException {
      target.writeLong(value.getMostSignificantBits());
      target.writeLong(value.getLeastSignificantBits());
    }

    @Override
    public UUID deserialize(DataInput source) throws IOException {
      return new UUID(source.readLong(), source.readLong());
    }
  }

  /** A type and how to draw a value of it. */
  record Sample(TypeInformation<?> type, Function<Random, Object> draw) {
    @Override
    public String toString() {
      return TypeText.of(type);
    }
  }

  private Samples() {}

  static List<Sample> all() {
    List<Sample> samples = new ArrayList<>(basics());
    samples.add(new Sample(Types.ENUM(Colour.class), Samples::colour));
    samples.add(new Sample(TypeInformation.of(Primitives.class), Samples::primitives));
    samples.add(new Sample(TypeInformation.of(Boxed.class), Samples::boxed));
    samples.add(new Sample(TypeInformation.of(Outer.class), Samples::outer));
    samples.add(new Sample(TypeInformation.of(Nothing.class), r -> new Nothing()));
    samples.add(new Sample(TypeInformation.of(Basket.class), Samples::basket));
    samples.add(
        new Sample(
            Types.LIST(Types.LIST(Types.STRING)),
            r -> list(r, 4, x -> or(x, y -> list(y, 4, Samples::text)))));
    samples.add(
        new Sample(
            Types.MAP(Types.INT, Types.LIST(Types.LONG)),
            r -> map(r, x -> list(x, 3, Random::nextLong))));
    samples.add(new Sample(TypeInformation.of(int[].class), r -> r.ints(r.nextInt(5)).toArray()));
    samples.add(new Sample(TypeInformation.of(long[].class), r -> r.longs(r.nextInt(5)).toArray()));
    samples.add(
        new Sample(TypeInformation.of(double[].class), r -> r.doubles(r.nextInt(5)).toArray()));
    samples.add(new Sample(TypeInformation.of(char[].class), r -> text(r).toCharArray()));
    samples.add(
        new Sample(TypeInformation.of(boolean[].class), r -> new boolean[] {r.nextBoolean()}));
    samples.add(
        new Sample(TypeInformation.of(short[].class), r -> new short[] {(short) r.nextInt()}));
    samples.add(new Sample(TypeInformation.of(float[].class), r -> new float[] {r.nextFloat()}));
    samples.add(
        new Sample(
            TypeInformation.of(String[].class),
            r -> list(r, 4, x -> or(x, Samples::text)).toArray(String[]::new)));
    samples.add(
        new Sample(
            TypeInformation.of(long[][].class), r -> new long[][] {{r.nextLong()}, {}, null}));
    samples.add(
        new Sample(
            Types.CUSTOM(UUID.class, new UuidSerializer()),
            r -> new UUID(r.nextLong(), r.nextLong())));
    return samples;
  }

  private static List<Sample> basics() {
    return List.of(
        new Sample(Types.BOOLEAN, Random::nextBoolean),
        new Sample(Types.BYTE, r -> (byte) r.nextInt()),
        new Sample(Types.SHORT, r -> (short) r.nextInt()),
        new Sample(Types.CHAR, r -> (char) r.nextInt()),
        new Sample(Types.INT, Random::nextInt),
        new Sample(Types.LONG, Random::nextLong),
        new Sample(Types.FLOAT, Random::nextFloat),
        new Sample(Types.DOUBLE, r -> r.nextInt(4) == 0 ? Double.NaN : r.nextGaussian()),
        new Sample(Types.STRING, Samples::text),
        new Sample(Types.BYTES, Samples::bytes),
        new Sample(Types.BIG_DEC, r -> new BigDecimal(new BigInteger(90, r), r.nextInt(40) - 20)),
        new Sample(Types.BIG_INT, r -> new BigInteger(200, r).negate()),
        new Sample(Types.LOCAL_DATE, r -> LocalDate.of(r.nextInt(9999), 1 + r.nextInt(12), 3)),
        new Sample(Types.LOCAL_TIME, r -> LocalTime.ofNanoOfDay(r.nextInt(1 << 30))),
        new Sample(
            Types.LOCAL_DATE_TIME, r -> LocalDateTime.of(1 + r.nextInt(4000), 2, 3, 4, 5, 6, 789)),
        new Sample(
            Types.INSTANT, r -> Instant.ofEpochSecond(r.nextInt(), r.nextInt(1_000_000_000))),
        new Sample(Types.VOID, r -> null));
  }

  static String text(Random random) {
    int length = random.nextInt(12);
    StringBuilder text = new StringBuilder();
    int alphabet = random.nextInt(4);
    for (int i = 0; i < length; i++) {
      switch (alphabet) {
        case 0 -> text.append((char) random.nextInt(0x10000));
        case 1 -> text.appendCodePoint(0x10000 + random.nextInt(0x1000));
        case 2 -> text.append((char) random.nextInt(0x100));
        default -> text.append((char) ('a' + random.nextInt(26)));
      }
    }
    return text.toString();
  }

  private static byte[] bytes(Random random) {
    byte[] bytes = new byte[random.nextInt(20)];
    random.nextBytes(bytes);
    return bytes;
  }

  static Object or(Random random, Function<Random, ?> draw) {
    return random.nextInt(4) == 0 ? null : draw.apply(random);
  }

  private static List<Object> list(Random random, int lengthMax, Function<Random, ?> draw) {
    List<Object> list = new ArrayList<>();
    for (int i = random.nextInt(lengthMax + 1); i > 0; i--) {
      list.add(draw.apply(random));
    }
    return list;
  }

  private static Map<Object, Object> map(Random random, Function<Random, ?> draw) {
    Map<Object, Object> map = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      map.put(random.nextInt(5) == 0 ? null : random.nextInt(), or(random, draw));
    }
    return map;
  }

  private static Colour colour(Random random) {
    return Colour.values()[random.nextInt(3)];
  }

  private static Primitives primitives(Random r) {
    return new Primitives(
        r.nextBoolean(),
        (byte) r.nextInt(),
        (short) r.nextInt(),
        (char) r.nextInt(),
        r.nextInt(),
        r.nextLong(),
        r.nextFloat(),
        r.nextDouble(),
        r.nextBoolean());
  }

  private static Boxed boxed(Random r) {
    return new Boxed(
        (Boolean) or(r, Random::nextBoolean),
        (Byte) or(r, x -> (byte) x.nextInt()),
        (Short) or(r, x -> (short) x.nextInt()),
        (Character) or(r, x -> (char) x.nextInt()),
        (Integer) or(r, Random::nextInt),
        (Long) or(r, Random::nextLong),
        (Float) or(r, Random::nextFloat),
        (Double) or(r, Random::nextDouble),
        (String) or(r, Samples::text));
  }

  private static Inner inner(Random r) {
    return new Inner((String) or(r, Samples::text), r.nextLong());
  }

  @SuppressWarnings("unchecked")
  private static Outer outer(Random r) {
    return new Outer(
        (Inner) or(r, Samples::inner),
        inner(r),
        (List<Inner>) (List<?>) list(r, 3, x -> or(x, Samples::inner)),
        r.nextBoolean() ? null : new LinkedHashMap<>(Map.of(text(r), r.nextLong())),
        (Colour) or(r, Samples::colour));
  }

  private static Basket basket(Random r) {
    Basket basket = new Basket();
    basket.id = r.nextLong();
    basket.size = (Integer) or(r, Random::nextInt);
    basket.setOwner((String) or(r, Samples::text));
    basket.setPrice(r.nextDouble());
    basket.setPaid(r.nextBoolean());
    basket.setItems(r.nextBoolean() ? null : Arrays.asList(text(r), null, text(r)));
    return basket;
  }
}
