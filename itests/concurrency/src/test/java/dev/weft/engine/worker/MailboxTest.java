package dev.weft.engine.worker;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/** A mailbox is a queue to all its senders and its one reader. */
public class MailboxTest {
  private final Mailbox mailbox = new Mailbox();

  @Operation
  public void put(long checkpointId) {
    mailbox.put(new TaskCommand.Completed(checkpointId));
  }

  @Operation(nonParallelGroup = "reader")
  public long poll() {
    return mailbox.poll() instanceof TaskCommand.Completed completed
        ? completed.checkpointId()
        : -1;
  }

  @Test
  void commandsComeOnceAndInOrderInEverySchedule() {
    new ModelCheckingOptions()
        .iterations(5)
        .invocationsPerIteration(200)
        .threads(3)
        .actorsPerThread(3)
        .check(MailboxTest.class);
  }

  @Test
  void commandsComeOnceAndInOrderUnderStress() {
    new StressOptions()
        .iterations(5)
        .invocationsPerIteration(200)
        .threads(3)
        .actorsPerThread(3)
        .check(MailboxTest.class);
  }
}
