package dev.weft.engine.worker;

import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStatus;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.worker.snapshot.SnapshotReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The form of a local copy: blocks of 64 KiB, the last one of what is left, each followed by its
 * CRC32C; at the end the length of the file in eight bytes and their CRC32C. So damage is noticed
 * where it is read, and reading goes on with the file itself.
 */
final class CopiedFile {
  private static final Logger LOG = LoggerFactory.getLogger(CopiedFile.class);

  private static final int BLOCK_BYTES = 64 * 1024;
  private static final int CHECKSUM_BYTES = 4;
  private static final int END_BYTES = Long.BYTES + CHECKSUM_BYTES;

  private CopiedFile() {}

  /** Makes a copy that is written count. */
  @FunctionalInterface
  interface Finish {
    void run() throws IOException;
  }

  /** Finds the copy of a file; null without one. */
  @FunctionalInterface
  interface Copies {
    FileInput find(String path) throws IOException;
  }

  /** Writes a file and its copy; only failures of the file itself are heard of. */
  static final class Output extends FileOutput {
    private final FileOutput file;
    private final Finish finish;
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES + CHECKSUM_BYTES);
    private FileOutput copy; // null once it was given up
    private boolean damaged;

    /**
     * An output.
     *
     * @param damaged whether the copy is to be one that the disk damages
     */
    Output(FileOutput file, FileOutput copy, boolean damaged, Finish finish) {
      this.file = file;
      this.copy = copy;
      this.damaged = damaged;
      this.finish = finish;
    }

    @Override
    public long position() {
      return file.position();
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      file.write(bytes, offset, length);
      for (int at = 0; at < length && copy != null; ) {
        int count = Math.min(length - at, BLOCK_BYTES - block.position());
        block.put(bytes, offset + at, count);
        at += count;
        if (block.position() == BLOCK_BYTES) {
          endBlock();
        }
      }
    }

    private void endBlock() {
      seal(block);
      if (damaged) {
        block.array()[0] ^= 1;
        damaged = false;
      }
      try {
        copy.write(block.array(), 0, block.position());
      } catch (IOException e) {
        giveUp(e);
      }
      block.clear();
    }

    private static void seal(ByteBuffer bytes) {
      bytes.putInt(SnapshotReader.checksum(bytes.array(), bytes.position()));
    }

    private void giveUp(IOException why) {
      LOG.warn("A file of a checkpoint gets no local copy: {}", why.toString());
      copy.abort();
      copy = null;
    }

    @Override
    public void close() throws IOException {
      long length = file.position();
      try {
        file.close();
      } catch (IOException e) {
        abortCopy();
        throw e;
      }
      if (copy != null && block.position() > 0) {
        endBlock();
      }
      if (copy == null) {
        return;
      }
      ByteBuffer end = ByteBuffer.allocate(END_BYTES).putLong(length);
      seal(end);
      try {
        copy.write(end.array(), 0, END_BYTES);
        copy.close();
        finish.run();
      } catch (IOException e) {
        giveUp(e);
      }
    }

    @Override
    public void abort() {
      file.abort();
      abortCopy();
    }

    private void abortCopy() {
      if (copy != null) {
        copy.abort();
      }
    }
  }

  /** Reads a copy, and the file itself from where the copy turns out to be damaged. */
  private static final class Input extends FileInput {
    private final FileStore files;
    private final String path;
    private final boolean verify;
    private final byte[] block = new byte[BLOCK_BYTES + CHECKSUM_BYTES];
    private FileInput copy; // null once it is not read any more
    private FileInput file; // null until then
    private long length;
    private long position;
    private long loaded = -1;

    Input(FileStore files, String path, FileInput copy, boolean verify) throws IOException {
      this.verify = verify;
      this.files = files;
      this.path = path;
      this.copy = copy;
      try {
        ByteBuffer end = ByteBuffer.allocate(END_BYTES);
        copy.readFully(copy.length() - END_BYTES, end.array(), 0, END_BYTES);
        length = end.getLong();
        boolean whole =
            end.getInt() == SnapshotReader.checksum(end.array(), Long.BYTES)
                && copy.length() == length + blocks() * CHECKSUM_BYTES + END_BYTES;
        if (!whole) {
          throw new IOException("its length is not what was written");
        }
      } catch (IOException | IllegalArgumentException e) {
        fallBack(e);
      }
    }

    private long blocks() {
      return (length + BLOCK_BYTES - 1) / BLOCK_BYTES;
    }

    private void fallBack(Exception why) throws IOException {
      LOG.warn("The local copy of {} is not used: {}", path, why.toString());
      copy.close();
      copy = null;
      file = files.open(path);
      length = file.length();
      file.seek(position);
    }

    /** Makes the block of the position present, or goes over to the file itself. */
    private void load() throws IOException {
      long index = position / BLOCK_BYTES;
      if (index == loaded) {
        return;
      }
      int bytes = (int) Math.min(BLOCK_BYTES, length - index * BLOCK_BYTES);
      try {
        loaded = -1;
        copy.readFully(index * (BLOCK_BYTES + CHECKSUM_BYTES), block, 0, bytes + CHECKSUM_BYTES);
        if (verify
            && ByteBuffer.wrap(block).getInt(bytes) != SnapshotReader.checksum(block, bytes)) {
          throw new IOException("the checksum of a block does not match");
        }
        loaded = index;
      } catch (IOException e) {
        fallBack(e);
      }
    }

    @Override
    public long length() {
      return length;
    }

    @Override
    public long position() throws IOException {
      return file == null ? position : file.position();
    }

    @Override
    public void seek(long offset) throws IOException {
      if (file != null) {
        file.seek(offset);
      } else {
        position = offset;
      }
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int start, int count) throws IOException {
      if (file == null && position < length && count > 0) {
        load();
      }
      if (file != null) {
        return file.read(target, start, count);
      }
      if (count == 0 || position >= length) {
        return count == 0 ? 0 : -1;
      }
      int offset = (int) (position % BLOCK_BYTES);
      int bytes = (int) Math.min(BLOCK_BYTES, length - loaded * BLOCK_BYTES);
      int taken = Math.min(count, bytes - offset);
      System.arraycopy(block, offset, target, start, taken);
      position += taken;
      return taken;
    }

    @Override
    public void close() throws IOException {
      if (file != null) {
        file.close();
      } else {
        copy.close();
      }
    }
  }

  /**
   * A file store whose files are read from their copies.
   *
   * @param verify whether checksums of blocks are looked at; always, but where the simulator shows
   *     what happens otherwise
   */
  record Reading(FileStore files, Copies copies, boolean verify) implements FileStore {
    @Override
    public FileOutput create(String path) throws IOException {
      return files.create(path);
    }

    @Override
    public FileInput open(String path) throws IOException {
      FileInput copy = null;
      try {
        copy = copies.find(path);
      } catch (IOException e) {
        LOG.warn("The local copy of {} is not used: {}", path, e.toString());
      }
      return copy == null ? files.open(path) : new Input(files, path, copy, verify);
    }

    @Override
    public Optional<FileStatus> status(String path) throws IOException {
      return files.status(path);
    }

    @Override
    public List<FileStatus> list(String directory) throws IOException {
      return files.list(directory);
    }

    @Override
    public void createDirectories(String directory) throws IOException {
      files.createDirectories(directory);
    }

    @Override
    public void rename(String from, String to) throws IOException {
      files.rename(from, to);
    }

    @Override
    public boolean delete(String path) throws IOException {
      return files.delete(path);
    }

    @Override
    public void close() {}
  }
}
