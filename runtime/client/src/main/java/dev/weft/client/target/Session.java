package dev.weft.client.target;

import java.io.IOException;

/** A cluster that takes jobs until it is stopped. */
public interface Session {
  /** The identity by which jobs are sent to it, such as the application's id. */
  String id();

  /** Where people look with a browser. */
  String webInterface();

  /** Whether it still runs; false with a reason in {@link #state} when it ended. */
  boolean running() throws IOException;

  /** Its state in a word or line for people. */
  String state() throws IOException;

  /** Ends it and every job in it. */
  void stop() throws IOException;
}
