package dev.weft.connectors.hdfs;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.hdfs.protocol.AlreadyBeingCreatedException;
import org.apache.hadoop.hdfs.protocol.QuotaExceededException;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.security.AccessControlException;

/** Turns Hadoop's exceptions into those that the file store promises. */
final class HadoopExceptions {
  private HadoopExceptions() {}

  /** The exception for a call on one path. */
  static IOException translate(IOException failure, String path) {
    IOException cause = unwrap(failure);
    if (cause instanceof FileSystemException) {
      return cause;
    }
    if (cause instanceof org.apache.hadoop.fs.FileAlreadyExistsException
        || cause instanceof AlreadyBeingCreatedException) {
      return because(new FileAlreadyExistsException(path, null, firstLine(cause)), cause);
    }
    if (cause instanceof FileNotFoundException) {
      return because(new NoSuchFileException(path, null, firstLine(cause)), cause);
    }
    if (cause instanceof AccessControlException) {
      return because(new AccessDeniedException(path, null, firstLine(cause)), cause);
    }
    if (cause instanceof ParentNotDirectoryException || cause instanceof QuotaExceededException) {
      return because(new FileSystemException(path, null, firstLine(cause)), cause);
    }
    return cause;
  }

  /** The exception for a rename. */
  static IOException translateRename(IOException failure, String from, String to) {
    IOException cause = unwrap(failure);
    if (cause instanceof FileAlreadyExistsException || cause instanceof NoSuchFileException) {
      return cause;
    }
    if (cause instanceof org.apache.hadoop.fs.FileAlreadyExistsException || isKindMismatch(cause)) {
      return because(new FileAlreadyExistsException(to, from, firstLine(cause)), cause);
    }
    if (cause instanceof FileNotFoundException) {
      return because(new NoSuchFileException(from, to, firstLine(cause)), cause);
    }
    return translate(cause, from + " -> " + to);
  }

  /** A file was to replace a directory or the reverse, for which Hadoop has no exception type. */
  private static boolean isKindMismatch(IOException cause) {
    return cause.getMessage() != null && cause.getMessage().contains("must both be directories");
  }

  private static IOException unwrap(IOException failure) {
    return failure instanceof RemoteException remote ? remote.unwrapRemoteException() : failure;
  }

  private static IOException because(IOException translated, IOException cause) {
    translated.initCause(cause);
    return translated;
  }

  private static String firstLine(IOException cause) {
    String message = String.valueOf(cause.getMessage());
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}
