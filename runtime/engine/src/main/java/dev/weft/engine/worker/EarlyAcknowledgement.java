package dev.weft.engine.worker;

import dev.weft.api.fs.FileOutput;
import dev.weft.engine.world.World;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a worker must never do: acknowledge its part of a checkpoint and write the file afterwards.
 * Only used when {@link Safeguards#acknowledgeAfterUpload()} is broken on purpose.
 */
final class EarlyAcknowledgement {
  private static final Logger LOG = LoggerFactory.getLogger(EarlyAcknowledgement.class);

  private final World world;
  private final String path;
  private ByteArrayOutputStream bytes;

  EarlyAcknowledgement(World world, String path) {
    this.world = world;
    this.path = path;
  }

  /** Says what would be written, without writing it. Blocks. */
  List<SnapshotFile.Written> pretend(List<FrozenTask> parts) throws IOException {
    return SnapshotFile.write(ignored -> new Memory(), path, parts);
  }

  /** Writes what was pretended, if anything. */
  void upload() {
    if (bytes == null) {
      return;
    }
    world
        .background()
        .run(
            "upload " + path,
            () -> {
              try (FileOutput output = world.files().create(path)) {
                output.write(bytes.toByteArray());
              }
              return null;
            },
            outcome -> LOG.info("Upload of {} after its acknowledgement: {}", path, outcome));
  }

  /** Keeps what is written in memory. */
  private final class Memory extends FileOutput {
    Memory() {
      bytes = new ByteArrayOutputStream();
    }

    @Override
    public long position() {
      return bytes.size();
    }

    @Override
    public void write(int value) {
      bytes.write(value);
    }

    @Override
    public void write(byte[] source, int offset, int length) {
      bytes.write(source, offset, length);
    }

    @Override
    public void close() {}

    @Override
    public void abort() {}
  }
}
