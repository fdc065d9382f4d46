package dev.weft.engine.cluster;

import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStatus;
import dev.weft.api.fs.FileStore;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** A file store and an election that do what others do, but for faults that a test asks for. */
final class FaultyStorage {
  private final FileStore files;
  private final LeaderElection election;
  private Supplier<Fault> chance = () -> Fault.NONE;
  private Callable<?> beforePointer;
  private int readsLeft = Integer.MAX_VALUE;
  private int faults;

  /** What happens to a write. */
  enum Fault {
    /** It is done. */
    NONE,
    /** It fails and nothing was changed. */
    FAILS,
    /** It is done, but seems to have failed. */
    REPLY_LOST,
    /** A file stays behind with half of its bytes; a pointer fails. */
    TORN
  }

  FaultyStorage(FileStore files, LeaderElection election) {
    this.files = files;
    this.election = election;
  }

  /** Asked before each write. */
  void chance(Supplier<Fault> next) {
    chance = next;
  }

  /** Done once, before the next pointer is written. */
  void beforePointer(Callable<?> action) {
    beforePointer = action;
  }

  /** Reads fail from then on. */
  void failReadsAfter(int count) {
    readsLeft = count;
  }

  /** How many faults there were. */
  int faults() {
    return faults;
  }

  /** Does something without faults. */
  <T> T without(Callable<T> action) throws Exception {
    chance = () -> Fault.NONE;
    return action.call();
  }

  private Fault next() {
    Fault fault = chance.get();
    faults += fault == Fault.NONE ? 0 : 1;
    return fault;
  }

  private void read() throws IOException {
    if (readsLeft-- <= 0) {
      throw new IOException("made to be unreadable");
    }
  }

  FileStore files() {
    return new Files();
  }

  LeaderElection election() {
    return new Election();
  }

  private final class Election implements LeaderElection {
    @Override
    public void start(String candidate, Listener listener) throws IOException {
      election.start(candidate, listener);
    }

    @Override
    public void publishLeader(long epoch, String leader) throws IOException {
      election.publishLeader(epoch, leader);
    }

    @Override
    public Optional<Leader> findLeader() throws IOException {
      return election.findLeader();
    }

    @Override
    public Optional<byte[]> readPointer(long epoch, String name) throws IOException {
      read();
      return election.readPointer(epoch, name);
    }

    @Override
    public void writePointer(long epoch, String name, byte[] value) throws IOException {
      if (beforePointer != null) {
        Callable<?> action = beforePointer;
        beforePointer = null;
        try {
          action.call();
        } catch (Exception e) {
          throw new AssertionError(e);
        }
      }
      Fault fault = next();
      if (fault == Fault.FAILS || fault == Fault.TORN) {
        throw new IOException("made to fail");
      }
      election.writePointer(epoch, name, value);
      if (fault == Fault.REPLY_LOST) {
        throw new IOException("made to be unanswered");
      }
    }

    @Override
    public List<String> listPointers(long epoch) throws IOException {
      read();
      return election.listPointers(epoch);
    }

    @Override
    public void removeAll(long epoch) throws IOException {
      election.removeAll(epoch);
    }

    @Override
    public void close() throws IOException {
      election.close();
    }
  }

  private final class Files implements FileStore {
    @Override
    public FileOutput create(String path) throws IOException {
      Fault fault = next();
      if (fault == Fault.FAILS) {
        throw new IOException("made to fail");
      }
      FileOutput output = files.create(path);
      return fault == Fault.NONE ? output : new FaultyOutput(output, fault);
    }

    @Override
    public FileInput open(String path) throws IOException {
      read();
      return files.open(path);
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

  /** A file whose bytes are cut, or whose close is not answered. */
  private static final class FaultyOutput extends FileOutput {
    private final FileOutput output;
    private final Fault fault;

    FaultyOutput(FileOutput output, Fault fault) {
      this.output = output;
      this.fault = fault;
    }

    @Override
    public long position() {
      return output.position();
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int start, int length) throws IOException {
      if (fault == Fault.REPLY_LOST) {
        output.write(bytes, start, length);
        return;
      }
      output.write(bytes, start, length / 2);
      output.close();
      throw new IOException("made to be torn");
    }

    @Override
    public void close() throws IOException {
      output.close();
      throw new IOException("made to be unanswered");
    }

    @Override
    public void abort() {
      output.abort();
    }
  }
}
