package io.sluice.sandbox.watch;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * One unexpected end of a server process.
 *
 * @param atMillis when, in milliseconds since 1970
 * @param reason exit code or signal, and the last error of the log
 * @param answered whether the process had answered its clients before
 */
public record Ending(long atMillis, String reason, boolean answered) {

  /** What shells add to the number of a signal that ended a process. */
  private static final int SIGNALLED = 128;

  /** The largest signal of Linux; larger codes are a program's own, such as 239 of Flink. */
  private static final int LARGEST_SIGNAL = 64;

  private static final int KILL = 9;
  private static final List<String> SIGNALS =
      List.of(
          "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV",
          "USR2", "PIPE", "ALRM", "TERM");

  public Ending {
    Objects.requireNonNull(reason, "reason");
  }

  /** When it happened. */
  public Instant at() {
    return Instant.ofEpochMilli(atMillis);
  }

  /** Says in words what a shell's exit code means. */
  public static String meaning(int code) {
    if (code == Keeper.UNKNOWN) {
      return "ended with an unknown exit code, because the process that waits for it was killed before";
    }
    if (code <= SIGNALLED || code > SIGNALLED + LARGEST_SIGNAL) {
      return "ended with exit code " + code;
    }
    int signal = code - SIGNALLED;
    String name = signal < SIGNALS.size() ? " (SIG" + SIGNALS.get(signal) + ")" : "";
    String hint = signal == KILL ? ", by a user or by the kernel for want of memory" : "";
    return "was ended by signal " + signal + name + hint;
  }
}
