package dev.weft.api;

import dev.weft.api.config.TaskManagerOptions;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;

/** What all streams need while steps are added: where they stand and whether they can travel. */
final class Steps {
  private static final String API = Steps.class.getPackageName();
  private static final StackWalker WALKER = StackWalker.getInstance();

  private Steps() {}

  /** The first place outside this API on the stack, such as {@code DailyRevenue.java:42}. */
  static String callSite() {
    return WALKER
        .walk(
            frames ->
                frames
                    .filter(frame -> !isOwn(frame.getClassName()))
                    .findFirst()
                    .map(frame -> frame.getFileName() + ":" + frame.getLineNumber()))
        .orElse("unknown");
  }

  private static boolean isOwn(String className) {
    return className.startsWith(API)
        && (className.lastIndexOf('.') == API.length()
            || className.startsWith(API + ".connector.")
            || className.startsWith(API + ".savepoint."));
  }

  static int checkPositive(String what, int value) {
    if (value <= 0) {
      throw new WeftException(
          ErrorCode.USER, "The " + what + " set at " + callSite() + " is positive, not " + value);
    }
    return value;
  }

  static String checkNotBlank(String what, String value) {
    if (value == null || value.isBlank()) {
      throw new WeftException(
          ErrorCode.USER, "The " + what + " set at " + callSite() + " is empty; give it a name");
    }
    return value;
  }

  static String checkSlots(SlotSharingGroup group) {
    if (!group.demands().isEmpty()) {
      throw new WeftException(
          ErrorCode.USER,
          "The slot sharing group '"
              + group.getName()
              + "' set at "
              + callSite()
              + " asks for "
              + group.demands()
              + "; the slots of a TaskManager are all alike, so leave the resources out and size"
              + " TaskManagers with "
              + TaskManagerOptions.PROCESS_MEMORY
              + " and "
              + TaskManagerOptions.NUM_TASK_SLOTS);
    }
    return group.getName();
  }

  static String checkUidHash(String hash) {
    if (hash == null || !hash.matches("[0-9a-f]{32}")) {
      throw new WeftException(
          ErrorCode.USER,
          "The uid hash set at "
              + callSite()
              + " is of 32 hexadecimal digits (0-9a-f), not '"
              + hash
              + "'");
    }
    return hash;
  }

  /** Refuses what cannot be written, at the line of the program that brings it. */
  static void checkSerializable(Object function, String what) {
    if (function == null) {
      throw new WeftException(ErrorCode.USER, "The " + what + " at " + callSite() + " is null");
    }
    try (ObjectOutputStream out = new ObjectOutputStream(OutputStream.nullOutputStream())) {
      out.writeObject(function);
    } catch (IOException | RuntimeException e) {
      throw new WeftException(
          ErrorCode.USER,
          "The "
              + what
              + " at "
              + callSite()
              + " cannot be sent to the workers: "
              + e
              + "; make that class java.io.Serializable or the field transient, or make the"
              + " object in open()",
          e);
    }
  }
}
