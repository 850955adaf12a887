package io.sluice.cli.platform;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The server processes of one home. */
public interface Servers {

  /**
   * One server.
   *
   * @param name such as {@code kafka}
   * @param pid empty when it does not run
   * @param port empty when it listens on none or does not run
   * @param metrics the port where Prometheus gets its metrics; empty when there is none
   * @param restarts how often it was started again within the last hour
   * @param incident which server ended last, when and why, in a sentence; empty if none did
   */
  record Component(
      String name,
      Optional<Long> pid,
      Optional<Integer> port,
      Optional<Integer> metrics,
      int restarts,
      Optional<String> incident) {

    /** Whether the process is there. */
    public boolean running() {
      return pid.isPresent();
    }
  }

  /**
   * Starts what does not run and returns when everything answers.
   *
   * @param progress is told each step in a few words
   */
  Endpoints up(Consumer<String> progress) throws InterruptedException;

  /** Stops what this home started; nothing happens when nothing runs. */
  void down(Consumer<String> progress) throws InterruptedException;

  /** All servers, running or not. */
  List<Component> components();

  /**
   * What happened to servers that ended without being told.
   *
   * @param lines one for each event since the last call
   * @param lost why a server is not started any more; empty while all run or are being started
   */
  record Incidents(List<String> lines, Optional<String> lost) {
    public Incidents {
      lines = List.copyOf(lines);
    }
  }

  /** What happened since {@link #up} or the last call. */
  Incidents incidents();

  /**
   * Root of the tables, whether servers run or not: an absolute path or {@code s3://bucket/key}.
   *
   * @throws io.sluice.cli.text.CommandFailure if it is in the home's object store, which does not
   *     run
   */
  String lake();

  /** Where the running servers answer, empty when they were not started. */
  Optional<Endpoints> endpoints();
}
