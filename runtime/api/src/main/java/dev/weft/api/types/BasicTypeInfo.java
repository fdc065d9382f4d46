package dev.weft.api.types;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;

/** The basic types under the names that older programs know; those of {@link Types} are equal. */
public final class BasicTypeInfo {
  /** {@link String}. */
  public static final TypeInformation<String> STRING_TYPE_INFO = Types.STRING;

  /** {@link Boolean}. */
  public static final TypeInformation<Boolean> BOOLEAN_TYPE_INFO = Types.BOOLEAN;

  /** {@link Byte}. */
  public static final TypeInformation<Byte> BYTE_TYPE_INFO = Types.BYTE;

  /** {@link Short}. */
  public static final TypeInformation<Short> SHORT_TYPE_INFO = Types.SHORT;

  /** {@link Integer}. */
  public static final TypeInformation<Integer> INT_TYPE_INFO = Types.INT;

  /** {@link Long}. */
  public static final TypeInformation<Long> LONG_TYPE_INFO = Types.LONG;

  /** {@link Float}. */
  public static final TypeInformation<Float> FLOAT_TYPE_INFO = Types.FLOAT;

  /** {@link Double}. */
  public static final TypeInformation<Double> DOUBLE_TYPE_INFO = Types.DOUBLE;

  /** {@link Character}. */
  public static final TypeInformation<Character> CHAR_TYPE_INFO = Types.CHAR;

  /** {@link Void}. */
  public static final TypeInformation<Void> VOID_TYPE_INFO = Types.VOID;

  /** {@link BigInteger}. */
  public static final TypeInformation<BigInteger> BIG_INT_TYPE_INFO = Types.BIG_INT;

  /** {@link BigDecimal}. */
  public static final TypeInformation<BigDecimal> BIG_DEC_TYPE_INFO = Types.BIG_DEC;

  /** {@link Instant}. */
  public static final TypeInformation<Instant> INSTANT_TYPE_INFO = Types.INSTANT;

  private BasicTypeInfo() {}
}
