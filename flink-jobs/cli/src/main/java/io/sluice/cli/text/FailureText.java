package io.sluice.cli.text;

import io.sluice.sandbox.process.SandboxException;
import java.net.ConnectException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.util.concurrent.ExecutionException;

/** What a person reads when a command fails. */
public final class FailureText {
  private FailureText() {}

  /** The failure in one sentence. */
  public static String sentence(Throwable failure) {
    if (isOutOfMemory(failure)) {
      return "The memory (%,d MB) is not enough: ask for fewer rows, or leave out columns with large values; or give more with SLUICE_JAVA_OPTS=-Xmx2g."
          .formatted(Runtime.getRuntime().maxMemory() >> 20);
    }
    Throwable cause = failure;
    while (isWrapper(cause)) {
      cause = cause.getCause();
    }
    if (cause instanceof CommandFailure || cause instanceof SandboxException) {
      return cause.getMessage();
    }
    if (cause instanceof NoSuchFileException missing) {
      return "There is no file " + missing.getFile() + ".";
    }
    if (cause instanceof AccessDeniedException denied) {
      return "This user may not use " + denied.getFile() + ".";
    }
    if (cause instanceof FileSystemException file && file.getReason() != null) {
      return file.getFile() + ": " + file.getReason() + ".";
    }
    if (cause instanceof ConnectException) {
      return "A server does not answer (%s). 'sluice status' shows what runs, 'sluice up' starts it."
          .formatted(cause.getMessage());
    }
    if (cause instanceof LinkageError) {
      return "The build is not whole (%s): build again with 'mvn -Dquick package', or unpack the distribution again."
          .formatted(cause);
    }
    String message = cause.getMessage();
    return message == null || message.isBlank()
        ? "Something went wrong: %s. --verbose shows where.".formatted(cause)
        : message;
  }

  /** DuckDB tells of Java's error by its text alone. */
  private static boolean isOutOfMemory(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      String message = String.valueOf(at.getMessage());
      if (at instanceof OutOfMemoryError
          || at instanceof SQLException
              && (message.endsWith("Java heap space")
                  || message.endsWith("Requested array size exceeds VM limit"))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isWrapper(Throwable failure) {
    return failure.getCause() != null
        && (failure instanceof java.io.UncheckedIOException
            || failure instanceof ExecutionException
            || failure.getClass() == RuntimeException.class);
  }

  /** The failure and its causes with their stack frames. */
  public static String trace(Throwable failure) {
    StringBuilder text = new StringBuilder();
    for (Throwable at = failure; at != null; at = at.getCause()) {
      text.append(at == failure ? "" : "Caused by: ").append(at).append('\n');
      for (StackTraceElement frame : at.getStackTrace()) {
        text.append("    at ").append(frame).append('\n');
      }
    }
    return text.toString();
  }
}
