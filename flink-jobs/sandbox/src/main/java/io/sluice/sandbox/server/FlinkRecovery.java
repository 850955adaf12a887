package io.sluice.sandbox.server;

import java.util.Map;

/** Flink's settings for what becomes of jobs when a process is lost, or when they are rescaled. */
final class FlinkRecovery {

  private FlinkRecovery() {}

  static void addTo(Map<String, String> settings) {
    detection(settings);
    restarts(settings);
    scheduler(settings);
  }

  /** A killed TaskManager is noticed in a second; one that hangs, in eight in place of 50. */
  private static void detection(Map<String, String> settings) {
    settings.put("heartbeat.interval", "1000");
    settings.put("heartbeat.timeout", "8000");
    // On loopback, an address that refuses connections belongs to a process that has ended.
    settings.put("heartbeat.rpc-failure-threshold", "1");
  }

  private static void restarts(Map<String, String> settings) {
    String delay = "restart-strategy.exponential-delay.";
    settings.put("restart-strategy.type", "exponential-delay");
    settings.put(delay + "initial-backoff", "100 ms");
    settings.put(delay + "max-backoff", "5 s");
    settings.put(delay + "backoff-multiplier", "2.0");
    // The default is an hour: the seventh process that is lost in it would cost five seconds more.
    settings.put(delay + "reset-backoff-threshold", "10 s");
  }

  /** The adaptive one changes the number of parallel tasks while a job runs. */
  private static void scheduler(Map<String, String> settings) {
    String adaptive = "jobmanager.adaptive-scheduler.";
    settings.put("jobmanager.scheduler", "adaptive");
    // A job that finds no TaskManager for so long ends for good. Flink knows no "never" here.
    settings.put(adaptive + "submission.resource-wait-timeout", "180 d");
    // Slots come one after the other when a process is back. A job waits a minute for all of them,
    // and starts on fewer after that.
    settings.put(adaptive + "submission.resource-stabilization-timeout", "1 min");
    settings.put(adaptive + "executing.resource-stabilization-timeout", "1 min");
    settings.put(adaptive + "executing.cooldown-after-rescaling", "1 s");
    // A slot that was given back is another pipeline's soon, and not after the default of 50 s.
    settings.put("slot.idle.timeout", "10000");
  }
}
