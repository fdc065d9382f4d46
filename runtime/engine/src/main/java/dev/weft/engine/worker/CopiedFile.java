package dev.weft.engine.worker;

import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStatus;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.worker.snapshot.SnapshotReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The form of a local copy: what was copied in blocks of 64 KiB, the last one of what is left, each
 * followed by its CRC32C. Then where each part that was left out begins in the file and how long it
 * is, in eight bytes each; the length of the file in eight bytes, the number of these parts in
 * four, and the CRC32C of all that. So damage is noticed where it is read, and reading goes on with
 * the file itself, as it does where something was left out.
 */
final class CopiedFile {
  private static final Logger LOG = LoggerFactory.getLogger(CopiedFile.class);

  private static final int BLOCK_BYTES = 64 * 1024;
  private static final int CHECKSUM_BYTES = 4;
  private static final int END_BYTES = Long.BYTES + Integer.BYTES + CHECKSUM_BYTES;
  private static final int GAP_BYTES = 2 * Long.BYTES;

  private CopiedFile() {}

  /** A part of the file that the copy does not have. */
  private record Gap(long start, long length) {}

  /** Finds the copy of a file; null without one. */
  @FunctionalInterface
  interface Copies {
    FileInput find(String path) throws IOException;
  }

  /** Writes a file and its copy; only failures of the file itself are heard of. */
  static final class Output extends FileOutput {
    private final FileOutput file;
    private final Runnable whenEnded;
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES + CHECKSUM_BYTES);
    private final List<Gap> gaps = new ArrayList<>();
    private FileOutput copy; // null without one, and once it was given up
    private boolean damaged;
    private boolean leftOut;
    private long leftOutFrom;

    /**
     * An output.
     *
     * @param damaged whether the copy is to be one that the disk damages
     * @param whenEnded hears when the copy is written or given up
     */
    Output(FileOutput file, FileOutput copy, boolean damaged, Runnable whenEnded) {
      this.file = file;
      this.copy = copy;
      this.damaged = damaged;
      this.whenEnded = whenEnded;
    }

    /** A file without a copy. */
    static Output alone(FileOutput file) {
      return new Output(file, null, false, () -> {});
    }

    /** Whether what is written from now on is left out of the copy. */
    void leaveOut(boolean wanted) {
      if (leftOut && !wanted && file.position() > leftOutFrom) {
        gaps.add(new Gap(leftOutFrom, file.position() - leftOutFrom));
      }
      leftOut = wanted;
      leftOutFrom = file.position();
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
      for (int at = 0; at < length && copy != null && !leftOut; ) {
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
      abortCopy();
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
      ByteBuffer end = ByteBuffer.allocate(gaps.size() * GAP_BYTES + END_BYTES);
      gaps.forEach(gap -> end.putLong(gap.start()).putLong(gap.length()));
      end.putLong(length).putInt(gaps.size());
      seal(end);
      try {
        copy.write(end.array(), 0, end.position());
        copy.close();
        whenEnded.run();
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
        copy = null;
        whenEnded.run();
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
    private List<Gap> gaps = List.of();
    private long copiedBytes;
    private long length;
    private long position;
    private long loaded = -1;

    Input(FileStore files, String path, FileInput copy, boolean verify) throws IOException {
      this.verify = verify;
      this.files = files;
      this.path = path;
      this.copy = copy;
      try {
        readEnd();
      } catch (IOException | IllegalArgumentException e) {
        try {
          fallBack(e);
        } catch (IOException gone) {
          copy.close();
          throw gone;
        }
      }
    }

    private void readEnd() throws IOException {
      ByteBuffer last = ByteBuffer.allocate(END_BYTES);
      copy.readFully(copy.length() - END_BYTES, last.array(), 0, END_BYTES);
      length = last.getLong();
      int count = last.getInt();
      long endBytes = (long) count * GAP_BYTES + END_BYTES;
      if (count < 0 || endBytes > copy.length()) {
        throw new IOException("it has no end");
      }
      ByteBuffer end = ByteBuffer.allocate((int) endBytes);
      copy.readFully(copy.length() - endBytes, end.array(), 0, end.capacity());
      List<Gap> read = new ArrayList<>();
      long copied = length;
      for (int i = 0; i < count; i++) {
        read.add(new Gap(end.getLong(), end.getLong()));
        copied -= read.get(i).length();
      }
      int sealed = end.capacity() - CHECKSUM_BYTES;
      long blocks = (copied + BLOCK_BYTES - 1) / BLOCK_BYTES;
      if (end.getInt(sealed) != SnapshotReader.checksum(end.array(), sealed)
          || copy.length() != copied + blocks * CHECKSUM_BYTES + endBytes) {
        throw new IOException("its length is not what was written");
      }
      gaps = read;
      copiedBytes = copied;
    }

    /** Where in the copy a place of the file is; -1 where it was left out. */
    private long placeOf(long offset) {
      long place = offset;
      for (Gap gap : gaps) {
        if (offset < gap.start()) {
          break;
        }
        if (offset < gap.start() + gap.length()) {
          return -1;
        }
        place -= gap.length();
      }
      return place;
    }

    /** How many bytes from a place of the file on nothing was left out. */
    private long uninterrupted(long offset) {
      for (Gap gap : gaps) {
        if (offset < gap.start()) {
          return gap.start() - offset;
        }
      }
      return length - offset;
    }

    private void fallBack(Exception why) throws IOException {
      LOG.warn("The local copy of {} is not used: {}", path, why.toString());
      readFile();
    }

    private void readFile() throws IOException {
      FileInput whole = files.open(path);
      copy.close();
      copy = null;
      file = whole;
      length = file.length();
      file.seek(position);
    }

    /** Makes the block of a place in the copy present, or goes over to the file itself. */
    private void load(long place) throws IOException {
      long index = place / BLOCK_BYTES;
      if (place < 0) {
        readFile();
      }
      if (place < 0 || index == loaded) {
        return;
      }
      int bytes = (int) Math.min(BLOCK_BYTES, copiedBytes - index * BLOCK_BYTES);
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
      long place = placeOf(position);
      if (file == null && position < length && count > 0) {
        load(place);
      }
      if (file != null) {
        return file.read(target, start, count);
      }
      if (count == 0 || position >= length) {
        return count == 0 ? 0 : -1;
      }
      int offset = (int) (place % BLOCK_BYTES);
      int bytes = (int) Math.min(BLOCK_BYTES, copiedBytes - loaded * BLOCK_BYTES);
      int taken = (int) Math.min(Math.min(count, bytes - offset), uninterrupted(position));
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
