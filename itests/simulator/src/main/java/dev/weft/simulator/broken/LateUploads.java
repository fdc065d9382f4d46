package dev.weft.simulator.broken;

import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStatus;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.world.Background;
import dev.weft.engine.world.Clock;
import dev.weft.engine.world.CodeLoader;
import dev.weft.engine.world.Loop;
import dev.weft.engine.world.Oddity;
import dev.weft.engine.world.Rule;
import dev.weft.engine.world.TaskThreads;
import dev.weft.engine.world.Transport;
import dev.weft.engine.world.World;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A world in which closing a file returns at once and the upload ends later: the planted bug {@code
 * ACK_BEFORE_UPLOAD}.
 */
public record LateUploads(World world, long delayMillisMax) implements World {
  private static final System.Logger LOST = System.getLogger(LateUploads.class.getName());

  @Override
  public FileStore files() {
    return new Store(world.files());
  }

  private final class Store implements FileStore {
    private final FileStore store;

    Store(FileStore store) {
      this.store = store;
    }

    @Override
    public FileOutput create(String path) throws IOException {
      return new Output(store.create(path));
    }

    @Override
    public FileInput open(String path) throws IOException {
      return store.open(path);
    }

    @Override
    public Optional<FileStatus> status(String path) throws IOException {
      return store.status(path);
    }

    @Override
    public List<FileStatus> list(String directory) throws IOException {
      return store.list(directory);
    }

    @Override
    public void createDirectories(String directory) throws IOException {
      store.createDirectories(directory);
    }

    @Override
    public void rename(String from, String to) throws IOException {
      store.rename(from, to);
    }

    @Override
    public boolean delete(String path) throws IOException {
      return store.delete(path);
    }

    @Override
    public boolean deleteEmptyDirectory(String directory) throws IOException {
      return store.deleteEmptyDirectory(directory);
    }

    @Override
    public void close() throws IOException {
      store.close();
    }
  }

  private final class Output extends FileOutput {
    private final FileOutput output;

    Output(FileOutput output) {
      this.output = output;
    }

    @Override
    public long position() {
      return output.position();
    }

    @Override
    public void write(int value) throws IOException {
      output.write(value);
    }

    @Override
    public void write(byte[] source, int start, int length) throws IOException {
      output.write(source, start, length);
    }

    @Override
    public void close() {
      long delay = world.random().nextLong(1, delayMillisMax + 1);
      world.loop().schedule(delay, this::closeNow);
    }

    private void closeNow() {
      try {
        output.close();
      } catch (IOException e) {
        LOST.log(System.Logger.Level.DEBUG, "an upload failed unnoticed", e);
      }
    }

    @Override
    public void abort() {
      output.abort();
    }
  }

  @Override
  public Clock clock() {
    return world.clock();
  }

  @Override
  public Loop loop() {
    return world.loop();
  }

  @Override
  public Background background() {
    return world.background();
  }

  @Override
  public TaskThreads taskThreads() {
    return world.taskThreads();
  }

  @Override
  public Transport transport() {
    return world.transport();
  }

  @Override
  public CodeLoader code() {
    return world.code();
  }

  @Override
  public RandomGenerator random() {
    return world.random();
  }

  @Override
  public boolean keeps(Rule rule) {
    return world.keeps(rule);
  }

  @Override
  public boolean odd(Oddity oddity) {
    return world.odd(oddity);
  }
}
