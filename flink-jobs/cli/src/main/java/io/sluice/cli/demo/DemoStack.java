package io.sluice.cli.demo;

import io.sluice.cli.platform.Endpoints;
import java.io.IOException;
import java.util.Optional;

/** The real processes that a demo runs on, and its one job on them. */
interface DemoStack {

  /** Starts what does not run yet and waits until everything answers. */
  Endpoints up() throws InterruptedException;

  /**
   * Cancels what an earlier demo left running.
   *
   * @throws io.sluice.cli.text.CommandFailure when another pipeline runs
   */
  void cancelEarlierJob() throws IOException, InterruptedException;

  /** Registers the schema of the trades, as the pipeline has it; returns its id. */
  int register() throws IOException;

  /** Submits the pipeline through Flink's REST API; returns when every task of it runs. */
  void submit() throws IOException, InterruptedException;

  /** Why the job has ended for good; empty while it has not. */
  Optional<String> failure() throws IOException, InterruptedException;

  /** Why a server that was started is down for good; empty while all run. */
  Optional<String> lostServer();

  /** Ends the job and every process that {@link #up} started; harmless when called again. */
  void down();
}
