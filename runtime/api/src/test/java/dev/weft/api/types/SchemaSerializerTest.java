package dev.weft.api.types;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SchemaSerializerTest {
  enum Color {
    RED
  }

  record All(
      boolean a,
      byte b,
      short c,
      int d,
      Long e,
      float f,
      double g,
      char h,
      String i,
      BigDecimal j,
      BigInteger k,
      LocalDate l,
      LocalTime m,
      LocalDateTime n,
      Instant o,
      Color p,
      List<String> q,
      Map<Integer, Color> r) {}

  public static class Bean {
    public int[] numbers;
    private String name;

    public String getName() {
      return name;
    }

    public void setName(String name) {
      this.name = name;
    }
  }

  private static <T> T copy(TypeInformation<T> type, T value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new SchemaSerializer<>(type).serialize(value, new DataOutputStream(bytes));
    return new SchemaSerializer<>(type)
        .deserialize(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
  }

  @Test
  void everyKindOfFieldComesBack() throws IOException {
    All all =
        new All(
            true,
            (byte) 1,
            (short) 2,
            3,
            null,
            5f,
            6d,
            '7',
            "ünï",
            new BigDecimal("-12.340"),
            BigInteger.TEN.pow(40),
            LocalDate.of(2024, 2, 29),
            LocalTime.MAX,
            LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999),
            Instant.ofEpochSecond(-5, 7),
            Color.RED,
            List.of("x", "y"),
            Map.of(1, Color.RED));
    assertEquals(all, copy(TypeInformation.of(All.class), all));
  }

  @Test
  void pojosComeBackThroughTheirSetters() throws IOException {
    Bean bean = new Bean();
    bean.numbers = new int[] {1, 2};
    bean.setName("n");
    Bean copy = copy(TypeInformation.of(Bean.class), bean);
    assertArrayEquals(bean.numbers, copy.numbers);
    assertEquals("n", copy.getName());
  }
}
