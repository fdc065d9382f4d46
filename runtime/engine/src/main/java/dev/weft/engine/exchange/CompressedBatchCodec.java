package dev.weft.engine.exchange;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.weft.api.config.TaskManagerOptions.Compression;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.batch.BatchCodec;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ObjectBatch;
import java.nio.ByteBuffer;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/**
 * Batches made smaller for the network: four bytes with the length of the batch, then its
 * compressed bytes, or the batch as it is after a length of 0 where compression gains nothing. Not
 * thread-safe.
 */
final class CompressedBatchCodec implements BatchCodec {
  private static final int ZSTD_LEVEL = 1;

  private final BatchCodec codec;
  private final Packing packing;
  private final ByteSink plain = new ByteSink(1024);
  private byte[] unpacked = new byte[0];

  private CompressedBatchCodec(BatchCodec codec, Packing packing) {
    this.codec = codec;
    this.packing = packing;
  }

  /** The codec with the compression that a job asks for; both ends of a channel must agree. */
  static BatchCodec of(BatchCodec codec, Compression compression) {
    return switch (compression) {
      case NONE -> codec;
      case LZ4 -> new CompressedBatchCodec(codec, new Lz4());
      case ZSTD -> new CompressedBatchCodec(codec, new ZStandard());
    };
  }

  @Override
  public void encode(ObjectBatch batch, ByteSink target) {
    plain.reset();
    codec.encode(batch, plain);
    int length = plain.position();
    int start = target.position();
    target.writeInt(length);
    byte[] room = target.reserve(packing.bytesMax(length));
    int packed = packing.pack(plain.array(), length, room, target.position());
    if (packed < length) {
      target.advance(packed);
    } else {
      target.putInt(start, 0);
      target.write(plain.array(), 0, length);
    }
  }

  @Override
  public ObjectBatch decode(ByteBuffer source) {
    if (source.remaining() < Integer.BYTES) {
      throw damaged("it has no length", null);
    }
    int length = source.getInt();
    if (length == 0) {
      return codec.decode(source);
    }
    if (length < 0 || length > WireFrame.BYTES_MAX) {
      throw damaged("it says that it had " + length + " bytes", null);
    }
    if (unpacked.length < length) {
      unpacked = new byte[length];
    }
    int count;
    try {
      count = packing.unpack(source, unpacked, length);
    } catch (LZ4Exception | ZstdException e) {
      throw damaged(e.getMessage(), e);
    }
    if (count != length) {
      throw damaged("it had " + count + " bytes and says " + length, null);
    }
    source.position(source.limit());
    return codec.decode(ByteBuffer.wrap(unpacked, 0, length));
  }

  private static WeftException damaged(String what, Throwable cause) {
    return new WeftException(ErrorCode.ENGINE, "A compressed batch is damaged: " + what, cause);
  }

  /** A way to compress. */
  private sealed interface Packing {
    int bytesMax(int length);

    /** Returns how many bytes it wrote. */
    int pack(byte[] source, int length, byte[] target, int offset);

    /** Returns how many bytes it wrote, at most {@code length}. */
    int unpack(ByteBuffer source, byte[] target, int length);
  }

  private static final class Lz4 implements Packing {
    private final LZ4Compressor compressor = LZ4Factory.fastestInstance().fastCompressor();
    private final LZ4SafeDecompressor decompressor =
        LZ4Factory.fastestInstance().safeDecompressor();

    @Override
    public int bytesMax(int length) {
      return compressor.maxCompressedLength(length);
    }

    @Override
    public int pack(byte[] source, int length, byte[] target, int offset) {
      return compressor.compress(source, 0, length, target, offset, target.length - offset);
    }

    @Override
    public int unpack(ByteBuffer source, byte[] target, int length) {
      return decompressor.decompress(
          source.array(),
          source.arrayOffset() + source.position(),
          source.remaining(),
          target,
          0,
          length);
    }
  }

  private static final class ZStandard implements Packing {
    @Override
    public int bytesMax(int length) {
      return Math.toIntExact(Zstd.compressBound(length));
    }

    @Override
    public int pack(byte[] source, int length, byte[] target, int offset) {
      return checked(
          Zstd.compressByteArray(
              target, offset, target.length - offset, source, 0, length, ZSTD_LEVEL));
    }

    @Override
    public int unpack(ByteBuffer source, byte[] target, int length) {
      int start = source.arrayOffset() + source.position();
      return checked(
          Zstd.decompressByteArray(target, 0, length, source.array(), start, source.remaining()));
    }

    private static int checked(long result) {
      if (Zstd.isError(result)) {
        throw new ZstdException(result);
      }
      return (int) result;
    }
  }
}
