package dev.weft.engine.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.Types;
import dev.weft.engine.batch.Samples.Basket;
import dev.weft.engine.batch.Samples.Boxed;
import dev.weft.engine.batch.Samples.Colour;
import dev.weft.engine.batch.Samples.Inner;
import dev.weft.engine.batch.Samples.Primitives;
import dev.weft.engine.batch.Samples.UuidSerializer;
import dev.weft.engine.protocol.KeyGroups;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

class KeyHasherTest {
  private static int hash(TypeInformation<?> type, Object key) {
    return KeyHasher.of(type).hash(key);
  }

  /** Savepoints hold state by these numbers: a change here loses every user's state. */
  @Test
  void hashesNeverChange() {
    assertEquals(
        "[-2130151072, 1689612811, 0, -254812402, -1269383940, 1565684389, -2007118713, -2007118713, "
            + "1044864703, 673756577, -2061604825, -835103627, 294076163, -2039298037, -1580508335, 968159901, 1327984956]",
        pinned());
  }

  private static String pinned() {
    List<Integer> hashes = new ArrayList<>();
    hashes.add(hash(Types.LONG, 42L));
    hashes.add(hash(Types.INT, -1));
    hashes.add(hash(Types.STRING, ""));
    hashes.add(hash(Types.STRING, "weft \u20ac"));
    hashes.add(hash(Types.BOOLEAN, true));
    hashes.add(hash(Types.CHAR, 'x'));
    hashes.add(hash(Types.DOUBLE, 1.5));
    hashes.add(hash(Types.FLOAT, 1.5f));
    hashes.add(hash(Types.BIG_DEC, new BigDecimal("1.50")));
    hashes.add(hash(Types.BIG_INT, BigInteger.TEN));
    hashes.add(hash(Types.LOCAL_DATE, LocalDate.of(2026, 1, 2)));
    hashes.add(hash(Types.INSTANT, Instant.ofEpochSecond(5, 6)));
    hashes.add(hash(Types.ENUM(Colour.class), Colour.BLUE));
    hashes.add(hash(Types.LIST(Types.STRING), Arrays.asList("a", null)));
    hashes.add(hash(TypeInformation.of(Inner.class), new Inner("a", 1)));
    hashes.add(hash(TypeInformation.of(Inner.class), new Inner(null, 1)));
    hashes.add(
        hash(
            TypeInformation.of(Primitives.class),
            new Primitives(true, (byte) 1, (short) 2, 'c', 4, 5, 6, 7, false)));
    return hashes.toString();
  }

  @Test
  void equalKeysOfOtherObjectsHaveOneHash() {
    assertEquals(
        hash(Types.STRING, "abcdefgh"),
        hash(Types.STRING, new StringBuilder("abcdefgh").toString()));
    assertEquals(
        hash(Types.LIST(Types.LONG), List.of(1L, 2L)),
        hash(Types.LIST(Types.LONG), new ArrayList<>(List.of(1L, 2L))));
    assertEquals(
        hash(
            TypeInformation.of(Boxed.class), new Boxed(null, null, null, null, 1, 2L, 3f, 4d, "x")),
        hash(
            TypeInformation.of(Boxed.class),
            new Boxed(null, null, null, null, 1, 2L, 3f, 4d, "x")));
    assertEquals(
        hash(TypeInformation.of(Basket.class), new Basket()),
        hash(TypeInformation.of(Basket.class), new Basket()));
  }

  @Test
  void zerosAndNaNsAreOne() {
    assertEquals(hash(Types.DOUBLE, 0.0), hash(Types.DOUBLE, -0.0));
    assertEquals(hash(Types.FLOAT, 0.0f), hash(Types.FLOAT, -0.0f));
    assertEquals(
        hash(Types.DOUBLE, Double.NaN),
        hash(Types.DOUBLE, Double.longBitsToDouble(0x7ff8_0000_0000_0001L)));
  }

  @Test
  void theOrderAndPlaceOfFieldsCount() {
    assertNotEquals(
        hash(Types.LIST(Types.LONG), List.of(1L, 2L)),
        hash(Types.LIST(Types.LONG), List.of(2L, 1L)));
    assertNotEquals(hash(Types.STRING, "ab"), hash(Types.STRING, "ba"));
  }

  @Test
  void nullIsRefused() {
    for (TypeInformation<?> type :
        List.of(Types.LONG, Types.STRING, Types.INT, TypeInformation.of(Inner.class))) {
      WeftException e = assertThrows(WeftException.class, () -> hash(type, null));
      assertEquals(ErrorCode.USER, e.code());
    }
  }

  @Test
  void keysOfAnotherClassAreRefused() {
    for (TypeInformation<?> type :
        List.of(Types.LONG, Types.STRING, Types.DOUBLE, TypeInformation.of(Inner.class))) {
      WeftException e = assertThrows(WeftException.class, () -> hash(type, 5));
      assertEquals(ErrorCode.USER, e.code());
    }
  }

  record WithArray(String name, long[] numbers) {}

  /** Equal only to itself. */
  public static class Identity {
    public long id;
  }

  @Test
  void typesWithoutAStableHashAreRefusedByName() {
    List<TypeInformation<?>> refused =
        List.of(
            Types.BYTES,
            Types.VOID,
            TypeInformation.of(long[].class),
            TypeInformation.of(String[].class),
            Types.MAP(Types.LONG, Types.LONG),
            TypeInformation.of(WithArray.class),
            TypeInformation.of(Identity.class),
            Types.CUSTOM(UUID.class, new UuidSerializer()));
    for (TypeInformation<?> type : refused) {
      WeftException e = assertThrows(WeftException.class, () -> KeyHasher.of(type));
      assertEquals(ErrorCode.USER, e.code());
      assertTrue(e.getMessage().contains(TypeText.of(type)), e.getMessage());
    }
  }

  @Test
  void similarKeysSpreadOverKeyGroupsAndSlots() {
    spread(Types.LONG, i -> i);
    spread(Types.LONG, i -> i << 40);
    spread(Types.STRING, i -> "user-" + i);
    spread(TypeInformation.of(Inner.class), i -> new Inner("a", i));
  }

  private static void spread(TypeInformation<?> type, LongFunction<Object> key) {
    KeyHasher hasher = KeyHasher.of(type);
    int[] groups = new int[128];
    int[] slots = new int[128];
    int count = 128 * 1000;
    for (int i = 0; i < count; i++) {
      int hash = hasher.hash(key.apply(i));
      groups[KeyGroups.ofHash(hash, 128)]++;
      slots[hash & 127]++;
    }
    for (int i = 0; i < 128; i++) {
      assertTrue(Math.abs(groups[i] - 1000) < 200, () -> Arrays.toString(groups));
      assertTrue(Math.abs(slots[i] - 1000) < 200, () -> Arrays.toString(slots));
    }
  }
}
