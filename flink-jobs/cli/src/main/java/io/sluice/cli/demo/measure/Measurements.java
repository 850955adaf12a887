package io.sluice.cli.demo.measure;

import io.sluice.cli.demo.trade.DemoClock;
import io.sluice.cli.demo.trade.DemoEvents;
import io.sluice.cli.demo.trade.Market;
import io.sluice.definition.model.LakeRoot;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * The two probes of a run and what they measured. With {@code --prefill} nothing is measured: an
 * event that waits for the job to be submitted says nothing about the job.
 */
public final class Measurements {
  private static final long FRESHNESS_NANOS = 10_000_000;

  /** A look into a bucket is a request to a server that shares the processor with the job. */
  private static final long REMOTE_FRESHNESS_NANOS = 40_000_000;

  private static final long SERVING_NANOS = 5_000_000;
  private static final long LOW_RATE = 5_000;

  private final long freshnessPause;
  private final FreshnessProbe freshness;
  private final ServingProbe serving;
  private final Optional<RedisChanges> changes;
  private final List<ProbeThread> threads = new ArrayList<>();

  public Measurements(DemoClock clock, StoreReaders stores, String redisUri, long rate) {
    // At high rates queues dominate the latency anyway, and the processor belongs to the job.
    changes =
        rate > 0 && rate <= LOW_RATE ? Optional.of(new RedisChanges(redisUri)) : Optional.empty();
    freshnessPause =
        LakeRoot.isRemote(stores.tables().silver()) ? REMOTE_FRESHNESS_NANOS : FRESHNESS_NANOS;
    freshness = new FreshnessProbe(clock, stores.tables().silver());
    serving = new ServingProbe(clock, stores.redis(), Market.BOOKS.size());
  }

  private static void park(long nanos) {
    LockSupport.parkNanos(nanos);
  }

  public void start() {
    threads.add(new ProbeThread("of freshness", freshness::look, () -> park(freshnessPause)));
    Runnable pause =
        changes.<Runnable>map(watched -> watched::await).orElse(() -> park(SERVING_NANOS));
    threads.add(new ProbeThread("of serving latency", serving::look, pause));
  }

  public void stop() throws InterruptedException {
    for (ProbeThread thread : threads) {
      thread.stop();
    }
    changes.ifPresent(RedisChanges::close);
  }

  public Percentiles freshness(DataFiles files, long fromMicros) {
    return freshness.percentiles(files, fromMicros);
  }

  public Percentiles serving(DemoEvents events, BitSet accepted, long fromMicros) {
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
