package dev.weft.yarn;

import dev.weft.client.target.Session;
import java.io.IOException;
import java.io.InterruptedIOException;
import org.apache.hadoop.yarn.api.records.ApplicationId;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.api.records.YarnApplicationState;

/** An application that takes jobs. */
final class YarnApplicationSession implements Session {
  private static final long STOP_NANOS = 60_000_000_000L;
  private static final long POLL_MILLIS = 200;

  private final Yarn yarn;
  private final ApplicationId id;
  private final YarnConnection connection;

  YarnApplicationSession(Yarn yarn, ApplicationId id, String token) {
    this.yarn = yarn;
    this.id = id;
    this.connection = new YarnConnection(yarn, id, token);
  }

  @Override
  public String id() {
    return id.toString();
  }

  @Override
  public String webInterface() {
    return connection.webInterface();
  }

  @Override
  public boolean running() throws IOException {
    return !ApplicationStart.isOver(yarn.report(id).getYarnApplicationState());
  }

  @Override
  public String state() throws IOException {
    ApplicationReport report = yarn.report(id);
    String why = ApplicationStart.reason(report);
    String state =
        report.getYarnApplicationState() == YarnApplicationState.FINISHED
            ? report.getFinalApplicationStatus().toString()
            : report.getYarnApplicationState().toString();
    return why.isEmpty() ? state : state + ": " + why;
  }

  @Override
  public void stop() throws IOException {
    try {
      connection.rest().shutDown();
      long begin = System.nanoTime();
      while (running() && System.nanoTime() - begin < STOP_NANOS) {
        Thread.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    } finally {
      if (running()) {
        yarn.kill(id, "The session was stopped and did not end by itself");
      }
    }
  }
}
