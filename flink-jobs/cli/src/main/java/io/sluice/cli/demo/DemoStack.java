package io.sluice.cli.demo;

import java.nio.file.Path;
import java.util.Optional;

/** The real processes that a demo runs on, and the one job on them. */
interface DemoStack {

  /**
   * Where everything is.
   *
   * @param kafka host:port
   * @param registry the registry's Confluent-compatible base address
   * @param redis such as {@code redis://127.0.0.1:6379}
   * @param jdbc with user
   * @param flink the web UI
   * @param lake the folder of all tables
   */
  record Endpoints(
      String kafka, String registry, String redis, String jdbc, String flink, Path lake) {}

  /** Starts what does not run yet and waits until everything answers. */
  Endpoints up() throws InterruptedException;

  /** Submits the pipeline through Flink's REST API. */
  void submit() throws InterruptedException;

  /** Whether every task of the job is running. */
  boolean running();

  /** Why the job has ended for good; empty while it has not. */
  Optional<String> failure();

  /** Cancels what an earlier demo left running; fails when another pipeline runs. */
  void cancelEarlierJob() throws InterruptedException;

  /** Stops every process that {@link #up} started; harmless when called again. */
  void down();
}
