package io.sluice.cli.demo;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The two probes of a run and what they measured. With {@code --prefill} nothing is measured: an
 * event that waits for the job to be submitted says nothing about the job.
 */
final class Measurements {
  private static final long MILLI_NANOS = 1_000_000;
  private static final long FRESHNESS_NANOS = 10 * MILLI_NANOS;
  private static final long LOW_RATE = 5_000;
  private static final long WARM_UP_MICROS = 10_000_000;

  private final FreshnessProbe freshness;
  private final ServingProbe serving;
  private final long servingNanos;
  private final List<ProbeThread> threads = new ArrayList<>();

  Measurements(DemoClock clock, Names.Tables tables, RedisPositions redis, long rate) {
    // A millisecond between two looks resolves milliseconds; at high rates queues dominate anyway
    // and the processor belongs to the job.
    servingNanos = rate > 0 && rate <= LOW_RATE ? MILLI_NANOS : 5 * MILLI_NANOS;
    freshness = new FreshnessProbe(clock, tables.silver());
    serving = new ServingProbe(clock, redis, Market.BOOKS.size());
  }

  void start() {
    threads.add(new ProbeThread("of freshness", freshness::look, FRESHNESS_NANOS));
    threads.add(new ProbeThread("of serving latency", serving::look, servingNanos));
  }

  void stop() throws InterruptedException {
    for (ProbeThread thread : threads) {
      thread.stop();
    }
  }

  /** What is dropped as warm-up: the first 10 s, at most a quarter of the sending time. */
  static long warmUpMicros(long firstSendMicros, long lastSendMicros) {
    return Math.min(WARM_UP_MICROS, (lastSendMicros - firstSendMicros) / 4);
  }

  Percentiles freshness(DataFiles files, long fromMicros) {
    return freshness.percentiles(files, fromMicros);
  }

  Percentiles serving(DemoEvents events, BitSet accepted, long fromMicros) {
    return serving.percentiles(sentByBook(events, accepted), fromMicros);
  }

  /** The intended send times of the accepted events of every book, ascending. */
  private static List<long[]> sentByBook(DemoEvents events, BitSet accepted) {
    int[] counts = new int[Market.BOOKS.size()];
    accepted.stream().forEach(event -> counts[events.book(event)]++);
    var sent = new ArrayList<long[]>();
    for (int count : counts) {
      sent.add(new long[count]);
    }
    int[] next = new int[counts.length];
    accepted.stream()
        .forEach(
            event -> {
              int book = events.book(event);
              sent.get(book)[next[book]++] = events.sendMicros(event);
            });
    return sent;
  }
}
