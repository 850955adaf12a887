package io.sluice.sandbox.watch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The shell process that waits for one server and, when it has ended, becomes the program that
 * deals with it. It sleeps in between, has no memory worth mentioning and, as the server's parent,
 * learns its exit code.
 */
public final class Keeper {

  /** Given for the exit code of a server that was not the shell's own child. */
  public static final int UNKNOWN = -1;

  /** Its own session: neither Ctrl-C nor the end of the terminal reaches it. */
  private static final List<String> SHELL = List.of("setsid", "sh", "-c");

  /**
   * Signals that end a shell are caught, not ignored: an ignored one would be ignored by the server
   * too. They cut "wait" short, which is then repeated.
   */
  private static final String START =
      """
      log=$1 events=$2 afterwards=$3; shift 3
      umask 077
      trap : HUP INT TERM
      "$@" </dev/null >>"$log" 2>&1 &
      server=$!
      echo "$server"
      exec >/dev/null 2>&1
      while :; do
        wait "$server"
        code=$?
        kill -0 "$server" 2>/dev/null || break
      done
      eval "exec $afterwards $code" >>"$events" 2>&1
      """;

  /** The system tells only parents when a process ends; others have to look. */
  private static final String ADOPT =
      """
      events=$1 afterwards=$2 server=$3 tick=$4
      trap : HUP INT TERM
      exec >/dev/null 2>&1
      while read -r line 2>/dev/null <"/proc/$server/stat"; do
        set -- ${line##*) }
        [ "$1" != Z ] && [ "${20}" = "$tick" ] || break
        sleep 1
      done
      eval "exec $afterwards -1" >>"$events" 2>&1
      """;

  private Keeper() {}

  /**
   * A command that starts a server, prints its process number and waits for its end.
   *
   * @param log gets what the server prints
   * @param events gets what {@code afterwards} prints
   * @param afterwards the program that the shell becomes; the exit code is its last argument
   */
  public static List<String> starting(
      List<String> server, Path log, Path events, List<String> afterwards) {
    List<String> command = new ArrayList<>(SHELL);
    command.addAll(
        List.of(START, "sluice-keeper", log.toString(), events.toString(), quoted(afterwards)));
    command.addAll(server);
    return command;
  }

  /**
   * A command that waits for the end of a server whose own keeper was killed.
   *
   * @param tick the start of the process as {@code /proc/PID/stat} has it
   */
  public static List<String> adopting(long pid, String tick, Path events, List<String> afterwards) {
    List<String> command = new ArrayList<>(SHELL);
    command.addAll(
        List.of(
            ADOPT,
            "sluice-keeper",
            events.toString(),
            quoted(afterwards),
            Long.toString(pid),
            tick));
    return command;
  }

  private static String quoted(List<String> words) {
    return words.stream()
        .map(word -> "'" + word.replace("'", "'\\''") + "'")
        .collect(Collectors.joining(" "));
  }
}
