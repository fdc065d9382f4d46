package dev.weft.chaos.job;

import dev.weft.api.functions.Collector;
import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Numbers the entries of each account. Writes a sign of life for each subtask, and does what a file
 * called {@code fault} says: the first subtask that finds it takes it away.
 */
final class NumberOfAccount
    extends KeyedProcessFunction<Long, LedgerJob.Entry, LedgerJob.Numbered> {
  private static final int HOARD_BYTES = 24 << 20;
  private static final int THREADS_LEFT = 20;

  private final String directory;
  private transient ValueState<Long> number;
  private transient ValueState<byte[]> hoard;
  private transient SignOfLife sign;

  NumberOfAccount(String directory) {
    this.directory = directory;
  }

  @Override
  public void open(OpenContext context) throws IOException {
    number = getRuntimeContext().getState(new ValueStateDescriptor<>("number", Long.class));
    hoard = getRuntimeContext().getState(new ValueStateDescriptor<>("hoard", byte[].class));
    sign = new SignOfLife(directory, getRuntimeContext().getTaskInfo().getIndexOfThisSubtask());
  }

  @Override
  public void close() throws IOException {
    if (sign != null) {
      sign.close();
    }
  }

  @Override
  public void processElement(
      LedgerJob.Entry entry, Context context, Collector<LedgerJob.Numbered> out) throws Exception {
    Long before = number.value();
    long now = before == null ? 1 : before + 1;
    number.update(now);
    out.collect(new LedgerJob.Numbered(entry.index(), entry.account(), now));
    if (sign.emits()) {
      misbehave(out);
    }
  }

  private void misbehave(Collector<LedgerJob.Numbered> out) throws Exception {
    Path fault = Path.of(directory, "fault");
    if (!Files.exists(fault)) {
      return;
    }
    String kind;
    try {
      kind = Files.readString(fault).strip();
      Files.delete(fault);
    } catch (NoSuchFileException e) {
      return; // another subtask was first
    }
    switch (kind) {
      case "throw" -> throw new IllegalStateException("a function that throws");
      case "error" -> throw new AssertionError("a function that throws an Error");
      case "overflow" -> descend(0);
      case "exit" -> System.exit(7);
      case "memory" -> fill();
      case "sleep" -> Thread.sleep(Long.MAX_VALUE);
      case "stubborn" -> sleepOn();
      case "threads" -> leaveThreads();
      case "hoard" -> hoard.update(new byte[HOARD_BYTES]);
      case "foreign" -> emitFromAnotherThread(out);
      default -> throw new IllegalArgumentException("no fault " + kind);
    }
  }

  @SuppressWarnings("InfiniteRecursion") // overflowing the stack is the fault
  private static int descend(int depth) {
    return descend(depth + 1) + 1;
  }

  private static void fill() {
    List<byte[]> held = new ArrayList<>();
    while (true) {
      held.add(new byte[16 << 20]);
    }
  }

  @SuppressWarnings("InfiniteLoopStatement") // not to end when asked to is the fault
  private static void sleepOn() {
    while (true) {
      try {
        Thread.sleep(Long.MAX_VALUE);
      } catch (InterruptedException e) {
        continue;
      }
    }
  }

  private static void leaveThreads() {
    for (int i = 0; i < THREADS_LEFT; i++) {
      Thread thread = new Thread(NumberOfAccount::sleepOn, "left behind");
      thread.setDaemon(true);
      thread.start();
    }
    throw new IllegalStateException("a function that leaves threads behind");
  }

  private static void emitFromAnotherThread(Collector<LedgerJob.Numbered> out)
      throws InterruptedException {
    Thread thread = new Thread(() -> out.collect(new LedgerJob.Numbered(0, 0, 0)), "foreign");
    thread.start();
    thread.join();
  }
}
